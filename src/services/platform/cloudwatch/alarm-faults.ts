import { Fault } from "../../../aws/faults.ts";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export const validationError = (message: string): Fault => new Fault("ValidationError", message);

/** AWS gives this refusal no other text. */
export const noSuchAlarm = (): Fault => new Fault("ResourceNotFound", "Unknown", { status: 404 });
