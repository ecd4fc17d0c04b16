/** Where Studio is. No bucket can have that name, because names of buckets have no underscore. */
export const studioPath = "/_studio";

/** The signing name of a request that signs in by an access key. */
export const signInSigningName = "sagebrush-studio";

/** What a page of Studio sends with every request that its cookie is to count for. */
export const csrfHeader = "x-sagebrush-csrf";
/** The region that a request of Studio is for; the server's own where it is absent. */
export const regionHeader = "x-sagebrush-region";
/** The path of a request of Studio whose own a browser would shorten, as that of the key "a/../b". */
export const pathHeader = "x-sagebrush-path";

/**
 * Returns the address of the page that signs in with a link. What follows the `#` stays in the browser: it is in no
 * request, in no log of a proxy, and in no Referer.
 */
export const signInPath = (link: string): string => `${studioPath}/sign-in#${link}`;
