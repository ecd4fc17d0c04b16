import { expect, test } from "vitest";
import { runClient } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();

/** Has the SDK come to where it would report, with one configuration after another in both of its places. */
const reportsOf = (telemetry: string, session: string) => `
import importlib, os, tempfile
folder = tempfile.mkdtemp()
names = ["SAGEMAKER_ADMIN_CONFIG_OVERRIDE", "SAGEMAKER_USER_CONFIG_OVERRIDE"]
print("preset", [os.path.basename(os.environ[name]) for name in names if name in os.environ])
places = [f"{folder}/{name}.yaml" for name in names]
os.environ.update(zip(names, places))
telemetry = importlib.import_module("${telemetry}")
Session = importlib.import_module("${session}").Session
sent = []
telemetry._send_telemetry_request = lambda *facts, **more: sent.append(facts)

class Work:
    @telemetry._telemetry_emitter(next(iter(telemetry.Feature)), "work")
    def do(self):
        pass

for modules in ["", "\\n    Modules:\\n      TelemetryOptOut: true", "\\n    Modules:\\n      TelemetryOptOut: false"]:
    for place in places:
        with open(place, "w") as file:
            file.write('SchemaVersion: "1.0"\\nSageMaker:\\n  PythonSDK:' + (modules or " {}") + "\\n")
    work = Work()
    work.sagemaker_session = Session()
    work.do()
    print("sent", len(sent))
`;

test.for([
  ["v2", "sagemaker.telemetry.telemetry_logging", "sagemaker.session"],
  ["v3", "sagemaker.core.telemetry.telemetry_logging", "sagemaker.core.helper.session_helper"],
] as const)(
  "SDK %s reports to Amazon only where a file of the user asks for it",
  async ([version, telemetry, session], context) => {
    const { stdout, stderr } = await runClient(context, server, version, [
      "python",
      "-c",
      reportsOf(telemetry, session),
    ]);
    expect({ stderr, lines: stdout.match(/^(preset|sent) .*/gm) }).toMatchObject({
      lines: ["preset ['sagemaker-defaults.yaml']", "sent 0", "sent 0", "sent 1"],
    });
  },
);
