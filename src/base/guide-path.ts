/** Where the server shows the guide, for messages that name a page. No bucket has a name with an underscore. */
export const guidePath = "/_sagebrush/guide";

/** The address of a page, below that of the server. */
export const guidePage = (name: string): string => `${guidePath}/${name}`;
