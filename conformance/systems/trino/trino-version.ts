/** The version that queries are held beside, as Maven knows it. */
export const trinoVersion = "476";
