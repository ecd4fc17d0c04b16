package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrics "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	models "github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// Notes what travels.
type recorder struct{ requests []string }

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	words := []string{request.Method, request.URL.Path, request.Header.Get("smithy-protocol"), request.Header.Get("content-encoding")}
	r.requests = append(r.requests, strings.Join(words, " "))
	return http.DefaultTransport.RoundTrip(request)
}

// CloudWatch speaks CBOR with this SDK, and compresses long bodies.
func tryCloudWatch(ctx context.Context, cfg aws.Config, words []string) {
	sent := &recorder{}
	client := cloudwatch.NewFromConfig(cfg, func(o *cloudwatch.Options) { o.HTTPClient = &http.Client{Transport: sent} })
	space := &words[0]
	from := time.Now().UTC().Truncate(time.Minute).Add(-5 * time.Minute)
	to := from.Add(time.Minute)
	var values, counts []float64
	for i := range 150 {
		values = append(values, float64(i)+0.5)
		counts = append(counts, 2)
	}
	var data []metrics.MetricDatum
	for i := range 20 {
		data = append(data, metrics.MetricDatum{
			MetricName: aws.String(fmt.Sprintf("größer + %d", i)), Timestamp: &from, Values: values, Counts: counts, Unit: metrics.StandardUnitSeconds,
		})
	}
	must(client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: space, MetricData: data}))
	must(client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: space, MetricData: []metrics.MetricDatum{{
		MetricName: aws.String("whole"), Timestamp: &from, Value: aws.Float64(3), Dimensions: []metrics.Dimension{{Name: aws.String("Host"), Value: aws.String("a b")}},
	}}}))
	list := must(client.ListMetrics(ctx, &cloudwatch.ListMetricsInput{Namespace: space}))
	same("metrics", len(list.Metrics), 21)
	name := aws.String("größer + 19")
	stats := must(client.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: space, MetricName: name, StartTime: &from, EndTime: &to, Period: aws.Int32(60),
		Statistics: []metrics.Statistic{"Average", "Sum", "Minimum", "Maximum", "SampleCount"},
	}))
	same("points", len(stats.Datapoints), 1)
	point := stats.Datapoints[0]
	same("time", point.Timestamp.Equal(from), true)
	same("figures", fmt.Sprint(*point.Average, *point.Sum, *point.Minimum, *point.Maximum, *point.SampleCount, " ", point.Unit), "75 22500 0.5 149.5 300 Seconds")
	got := must(client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{StartTime: &from, EndTime: &to, MetricDataQueries: []metrics.MetricDataQuery{{
		Id: aws.String("m"), MetricStat: &metrics.MetricStat{Stat: aws.String("Maximum"), Period: aws.Int32(60), Metric: &metrics.Metric{Namespace: space, MetricName: name}},
	}}}))
	same("maximum", got.MetricDataResults[0].Values[0], 149.5)

	_, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: space, MetricData: []metrics.MetricDatum{{MetricName: aws.String("m")}}})
	var missing *metrics.MissingRequiredParameterException
	same("a typed fault", errors.As(err, &missing), true)
	_, err = client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: space, MetricData: []metrics.MetricDatum{{MetricName: aws.String("m"), Value: aws.Float64(math.NaN())}}})
	var invalid *metrics.InvalidParameterValueException
	same("NaN", errors.As(err, &invalid), true)
	for _, request := range sent.requests {
		tell(request)
	}
}

// A model from its making to its end, and who asks.
func trySageMaker(ctx context.Context, cfg aws.Config, words []string) {
	who := must(sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))
	client := sagemaker.NewFromConfig(cfg)
	role := aws.String("arn:aws:iam::" + *who.Account + ":role/SageMakerRole")
	image := aws.String("246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1")
	began := time.Now().Add(-time.Minute)
	for i := range 5 {
		made := must(client.CreateModel(ctx, &sagemaker.CreateModelInput{
			ModelName: aws.String(fmt.Sprintf("%s-%d", words[0], i)), ExecutionRoleArn: role,
			PrimaryContainer: &models.ContainerDefinition{Image: image, ModelDataUrl: &words[1], Environment: map[string]string{"A": "b + é"}},
			Tags:             []models.Tag{{Key: aws.String("team"), Value: aws.String("a+b c")}},
		}))
		tags := must(client.ListTags(ctx, &sagemaker.ListTagsInput{ResourceArn: made.ModelArn}))
		same("tag", *tags.Tags[0].Value, "a+b c")
	}
	var found []string
	pages := sagemaker.NewListModelsPaginator(client, &sagemaker.ListModelsInput{
		NameContains: &words[0], MaxResults: aws.Int32(2), CreationTimeAfter: &began, SortBy: models.ModelSortKeyName, SortOrder: models.OrderKeyAscending,
	})
	for pages.HasMorePages() {
		for _, model := range must(pages.NextPage(ctx)).Models {
			found = append(found, *model.ModelName)
		}
	}
	tell(found)
	described := must(client.DescribeModel(ctx, &sagemaker.DescribeModelInput{ModelName: &found[0]}))
	same("environment", described.PrimaryContainer.Environment["A"], "b + é")
	same("made", described.CreationTime.After(began), true)
	_, err := client.CreateModel(ctx, &sagemaker.CreateModelInput{ModelName: &found[0], ExecutionRoleArn: role, PrimaryContainer: &models.ContainerDefinition{Image: image}})
	tell(codeOf(err))
	for _, name := range found {
		must(client.DeleteModel(ctx, &sagemaker.DeleteModelInput{ModelName: &name}))
	}
	_, err = client.DescribeModel(ctx, &sagemaker.DescribeModelInput{ModelName: &found[0]})
	tell(codeOf(err))
	_, err = client.DescribeTrainingJob(ctx, &sagemaker.DescribeTrainingJobInput{TrainingJobName: aws.String("no-such-job")})
	tell(codeOf(err))
}

func codeOf(err error) string {
	var fault smithy.APIError
	if !errors.As(err, &fault) {
		fail("no fault of the server: %v", err)
	}
	return fault.ErrorCode() + ": " + fault.ErrorMessage()
}
