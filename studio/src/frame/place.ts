/** What the address of a resource's page says. */
export interface Place {
  /** The first step: the file of the resource, or the room. */
  readonly path: string;
  /** The name of the document that is shown. */
  readonly name?: string;
  /** The page of an action on it. */
  readonly action?: string;
  /** Whether something new is made. */
  readonly creates: boolean;
}

const creating = "create";
/** A name that would be read as something else has this sign before it, and so has one that begins with it. */
const mark = "~";
/** A browser follows . and .. before it asks, however they are escaped. */
const reserved: ReadonlySet<string> = new Set([creating, ".", ".."]);

/** A name as one step of an address: no other name has the same, and none is read as another page. */
export function stepOf(name: string): string {
  const marked = reserved.has(name) || name.startsWith(mark) ? mark + name : name;
  return encodeURIComponent(marked.toWellFormed());
}

/** The name that a step of an address has; what is no escaped text stays as it is. */
export function nameOfStep(step: string): string {
  const text = unescaped(step);
  return text.startsWith(mark) ? text.slice(mark.length) : text;
}

/**
 * Reads an address below Studio's; undefined for one with more steps than any page has. It is read here and not by the
 * router, which reads escaped signs twice: "a%252Fb" is the name "a%2Fb" and not "a/b".
 */
export function placeOf(pathname: string): Place | undefined {
  const [path = "", step, action, more] = pathname.split("/").filter(Boolean);
  if (more !== undefined || (step === creating && action !== undefined)) return undefined;
  if (step === creating) return { path, creates: true };
  return {
    path,
    creates: false,
    ...(step !== undefined && { name: nameOfStep(step) }),
    ...(action !== undefined && { action: unescaped(action) }),
  };
}

export const createStep = creating;

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
