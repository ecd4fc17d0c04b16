const form = /^[a-z]{2,5}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/** Whether the text can be a region's name. Every name of that form is served, whether AWS has the region or not. */
export const isRegion = (name: string): boolean => form.test(name);
