/** The penalties of the loss, named as the hyperparameters are. */
export interface Penalties {
  readonly lambda: number;
  readonly alpha: number;
  readonly max_delta_step: number;
}

/**
 * Returns the best answer of a node with gradient sum g and hessian sum h: -T(g) / (h + lambda), T drawing g towards 0
 * by alpha; cut to max_delta_step when that is not 0 (Chen and Guestrin, XGBoost, 2016, equation 5, with the L1 term).
 */
export function nodeWeight(g: number, h: number, { lambda, alpha, max_delta_step: limit }: Penalties): number {
  if (h <= 0) return 0;
  const weight = -shrink(g, alpha) / (h + lambda);
  return limit === 0 ? weight : Math.max(-limit, Math.min(limit, weight));
}

/**
 * Twice the loss that the node's best answer takes away (equation 6). With max_delta_step the L1 penalty of the answer
 * itself is left out, as XGBoost leaves it out, so that the same splits are found.
 */
export function nodeGain(g: number, h: number, penalties: Penalties): number {
  if (h <= 0) return 0;
  const { lambda, alpha, max_delta_step } = penalties;
  if (max_delta_step === 0) {
    const shrunk = alpha === 0 ? g : shrink(g, alpha);
    return (shrunk * shrunk) / (h + lambda);
  }
  const weight = nodeWeight(g, h, penalties);
  return -(2 * g * weight + (h + lambda) * weight * weight);
}

const shrink = (g: number, alpha: number): number => (g > alpha ? g - alpha : g < -alpha ? g + alpha : 0);
