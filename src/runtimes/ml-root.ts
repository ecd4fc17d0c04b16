/** The folder of the container contract; without a sandbox another folder stands for /opt/ml. */
export const mlRoot = process.env.SAGEBRUSH_ML_ROOT ?? "/opt/ml";
