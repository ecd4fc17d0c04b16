import { defineRoom } from "../declare/define-room.ts";

export const home = defineRoom({ title: "Home", area: "", Page: () => <h1>Home</h1> });
