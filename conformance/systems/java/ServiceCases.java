import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sts.StsClient;

class ServiceCases {
  /** CloudWatch speaks CBOR with this SDK, and compresses long bodies. */
  static void cloudWatch(List<String> words) {
    List<String> sent = new ArrayList<>();
    CloudWatchClient client = CloudWatchClient.builder().httpClientBuilder(Client.STACKS.get(words.get(1)))
        .overrideConfiguration(o -> o.addExecutionInterceptor(new ExecutionInterceptor() {
          @Override
          public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            var request = context.httpRequest();
            sent.add(request.encodedPath() + " " + request.firstMatchingHeader("smithy-protocol").orElse("-") + " " + request.firstMatchingHeader("Content-Encoding").orElse("-"));
          }
        })).build();
    String space = words.get(0);
    Instant from = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(300);
    Instant to = from.plusSeconds(60);
    List<Double> values = IntStream.range(0, 150).mapToObj(i -> i + 0.5).toList();
    List<Double> counts = values.stream().map(value -> 2.0).toList();
    client.putMetricData(b -> b.namespace(space).metricData(IntStream.range(0, 20).mapToObj(i ->
        MetricDatum.builder().metricName("größer + " + i).timestamp(from).values(values).counts(counts).unit("Seconds").build()).toList()));
    client.putMetricData(b -> b.namespace(space).metricData(m -> m.metricName("whole").timestamp(from).value(3.0).dimensions(d -> d.name("Host").value("a b"))));
    Client.same("metrics", client.listMetrics(b -> b.namespace(space)).metrics().size(), 21);
    var points = client.getMetricStatistics(b -> b.namespace(space).metricName("größer + 19").startTime(from).endTime(to).period(60)
        .statisticsWithStrings("Average", "Sum", "Minimum", "Maximum", "SampleCount")).datapoints();
    Client.same("points", points.size(), 1);
    var point = points.get(0);
    Client.same("time", point.timestamp(), from);
    Client.same("figures", List.of(point.average(), point.sum(), point.minimum(), point.maximum(), point.sampleCount()), List.of(75.0, 22500.0, 0.5, 149.5, 300.0));
    var data = client.getMetricData(b -> b.startTime(from).endTime(to).metricDataQueries(q -> q.id("m").metricStat(s -> s.stat("Maximum").period(60)
        .metric(m -> m.namespace(space).metricName("größer + 19"))))).metricDataResults();
    Client.same("maximum", data.get(0).values(), List.of(149.5));
    try {
      client.putMetricData(b -> b.namespace(space).metricData(m -> m.metricName("m")));
      throw new AssertionError("a datum without a value was taken");
    } catch (MissingRequiredParameterException error) {
      Client.tell(error.awsErrorDetails().errorCode() + " " + error.statusCode());
    }
    try {
      client.putMetricData(b -> b.namespace(space).metricData(m -> m.metricName("m").value(Double.NaN)));
      throw new AssertionError("NaN was taken");
    } catch (CloudWatchException error) {
      Client.tell(error.awsErrorDetails().errorCode() + " " + error.statusCode());
    }
    sent.forEach(Client::tell);
  }

  static void logs(List<String> words) {
    CloudWatchLogsClient client = CloudWatchLogsClient.builder().httpClientBuilder(Client.STACKS.get("apache")).build();
    String group = words.get(0);
    client.createLogGroup(b -> b.logGroupName(group));
    client.createLogStream(b -> b.logGroupName(group).logStreamName("one"));
    long now = Instant.now().toEpochMilli();
    client.putLogEvents(b -> b.logGroupName(group).logStreamName("one").logEvents(IntStream.range(0, 25).mapToObj(i ->
        InputLogEvent.builder().timestamp(now + i).message("größer + " + i).build()).toList()));
    var events = client.getLogEvents(b -> b.logGroupName(group).logStreamName("one").startFromHead(true).limit(10)).events();
    Client.same("events", events.size(), 10);
    Client.same("message", events.get(3).message(), "größer + 3");
    List<String> found = client.filterLogEventsPaginator(b -> b.logGroupName(group).filterPattern("\"+ 2\"").limit(3)).events().stream().map(FilteredLogEvent::message).toList();
    Client.tell(found);
    try {
      client.getLogEvents(b -> b.logGroupName(group).logStreamName("two"));
      throw new AssertionError("a stream that is not there was read");
    } catch (ResourceNotFoundException error) {
      Client.tell(error.awsErrorDetails().errorMessage());
    }
  }

  static void identity(List<String> words) {
    for (var stack : Client.STACKS.entrySet()) {
      try (StsClient client = StsClient.builder().httpClientBuilder(stack.getValue()).build()) {
        Client.tell(client.getCallerIdentity().arn());
      }
    }
  }
}
