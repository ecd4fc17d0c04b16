import type { Page } from "playwright-core";

/**
 * Turns the wheel a hundred times, and gives the milliseconds that the page's thread worked for each.
 * @param goTo a script that scrolls to the pictures of a report, for the second half
 */
export async function framesOf(page: Page, goTo: string): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  // The thread's own time: what else the machine does is not the page's.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")!.value;
  };
  const frames: number[] = [];
  let before = await worked();
  for (let turn = 0; turn < 100; turn++) {
    if (turn === 50) {
      await page.evaluate(goTo);
      await drawn(page, 0);
      before = await worked();
    }
    await drawn(page, 240);
    const now = await worked();
    frames.push(1_000 * (now - before));
    before = now;
  }
  return frames;
}

const drawn = (page: Page, pixels: number): Promise<unknown> =>
  page.evaluate(
    `new Promise((drawn) => { scrollBy(0, ${pixels}); requestAnimationFrame(() => requestAnimationFrame(drawn)); })`,
  );
