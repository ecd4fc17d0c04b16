/** An environment that cannot be made. The message says why, with the installer's own last lines. */
export class EnvironmentFault extends Error {
  override readonly name = "EnvironmentFault";
}
