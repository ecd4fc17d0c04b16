/** The parts of an image URI. Account and region say where a copy is stored; repository and tag identify the image. */
export interface ImageUri {
  readonly account: string;
  readonly region: string;
  /** The repository without its registry: "sagemaker-xgboost". */
  readonly repository: string;
  /** "latest" when the URI has neither tag nor digest, as in Docker. */
  readonly tag?: string;
  /** "sha256:..." */
  readonly digest?: string;
}

const pattern =
  /^(?<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?:[a-z0-9-]+\.)+[a-z]+\/(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Splits `<account>.dkr.ecr.<region>.<suffix>/<repository>[:tag][@digest]`; returns undefined for any other text. */
export function parseImageUri(uri: string): ImageUri | undefined {
  const parts = pattern.exec(uri)?.groups;
  if (!parts) return undefined;
  const { account, region, repository, tag, digest } = parts;
  return {
    account: account!,
    region: region!,
    repository: repository!,
    ...(tag || !digest ? { tag: tag ?? "latest" } : {}),
    ...(digest ? { digest } : {}),
  };
}
