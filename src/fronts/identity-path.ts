/** Where a server says what it is. */
export const identityPath = "/_sagebrush/identity";
