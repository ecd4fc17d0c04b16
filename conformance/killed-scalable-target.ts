import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { expect } from "vitest";
import { clientsOf, patience, untilNothingIsLeft } from "./clients.ts";
import { deployModel } from "./deployed-model.ts";
import type { KilledKind } from "./killed-kind.ts";
import type { TestServer } from "./server.ts";

const scaling = (server: TestServer) => new ApplicationAutoScaling({ ...server.clientOptions, maxAttempts: 1 });
const namesOf = (name: string) =>
  ({
    ServiceNamespace: "sagemaker",
    ResourceId: `endpoint/${name}/variant/AllTraffic`,
    ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
  }) as const;

/** Its endpoint, on a configuration of the endpoints before it, comes to two instances by one activity. */
export const killedScalableTarget: KilledKind = {
  async prepare() {},
  async before(server, name) {
    await deployModel(server, name, "one");
  },
  async cause(server, name) {
    // The server may be killed before its answer arrives.
    const limits = { MinCapacity: 2, MaxCapacity: 2 };
    await scaling(server)
      .registerScalableTarget({ ...namesOf(name), ...limits })
      .catch(() => {});
  },
  async check(server, name) {
    const { ServiceNamespace, ResourceId } = namesOf(name);
    const activities = async () =>
      (await scaling(server).describeScalingActivities({ ServiceNamespace, ResourceId })).ScalingActivities!.map(
        ({ Cause, StatusCode }) => [Cause, StatusCode],
      );
    await expect.poll(activities, patience).toEqual([["minimum capacity was set to 2", "Successful"]]);
    const { sagemaker } = clientsOf(server);
    const { ProductionVariants } = await sagemaker.describeEndpoint({ EndpointName: name });
    expect(ProductionVariants).toMatchObject([{ CurrentInstanceCount: 2 }]);
    await scaling(server).deregisterScalableTarget(namesOf(name));
    await sagemaker.deleteEndpoint({ EndpointName: name });
    await untilNothingIsLeft(server, name);
  },
};
