/** How AWS begins the FailureReason of a job that the platform failed. */
export const internalError = "InternalServerError: We encountered an internal error. Please try again.";
