import { session } from "../../api/session.ts";
import type { Offer } from "./offer.ts";

/** The account in image addresses; the server runs an image by its repository and tag, whatever the account. */
const registry = "683313688378";

const imagesFor = (part: "training" | "serving" | "processing", members: RegExp): Offer => ({
  members,
  async suggest() {
    const { images } = await import("../images.gen.ts");
    return images
      .filter(({ parts }) => parts.includes(part))
      .map(({ image }) => ({ value: `${registry}.dkr.ecr.${session().region}.amazonaws.com/${image}`, note: image }));
  },
});

export const trainingImages = imagesFor("training", /^TrainingImage$/);
export const servingImages = imagesFor("serving", /^Image$/);
export const processingImages = imagesFor("processing", /^ImageUri$/);
