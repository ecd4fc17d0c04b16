// The main job with the AWS SDK for Go: a CSV is uploaded, trained on with the built-in XGBoost, deployed, and scores a
// row. Nothing in it is particular to Sagebrush; the environment says where the services are.
//
// Run it with: bin/sagebrush exec -- go run -C examples/go .
package main

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemakerruntime"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	ctx := context.Background()
	settings := must(config.LoadDefaultConfig(ctx))
	objects := s3.NewFromConfig(settings)
	control := sagemaker.NewFromConfig(settings)
	account := *must(sts.NewFromConfig(settings).GetCallerIdentity(ctx, nil)).Account

	name := aws.String(fmt.Sprintf("from-go-%d", time.Now().Unix()))
	bucket := aws.String(fmt.Sprintf("sagemaker-%s-%s", settings.Region, account))
	role := aws.String(fmt.Sprintf("arn:aws:iam::%s:role/SageMakerRole", account))
	image := aws.String(fmt.Sprintf("246618743249.dkr.ecr.%s.amazonaws.com/sagemaker-xgboost:1.7-1", settings.Region))
	folder := fmt.Sprintf("s3://%s/%s", *bucket, *name)

	// The label comes first. It is 1 where the feature is above a half.
	var rows strings.Builder
	for i := range 100 {
		fmt.Fprintf(&rows, "%d,%.2f\n", i/50, float64(i)/100)
	}
	must(objects.PutObject(ctx, &s3.PutObjectInput{
		Bucket: bucket, Key: aws.String(*name + "/train.csv"), Body: strings.NewReader(rows.String()),
	}))

	must(control.CreateTrainingJob(ctx, &sagemaker.CreateTrainingJobInput{
		TrainingJobName:        name,
		RoleArn:                role,
		AlgorithmSpecification: &types.AlgorithmSpecification{TrainingImage: image, TrainingInputMode: "File"},
		HyperParameters:        map[string]string{"objective": "binary:logistic", "num_round": "10"},
		InputDataConfig: []types.Channel{{
			ChannelName: aws.String("train"),
			ContentType: aws.String("text/csv"),
			DataSource: &types.DataSource{S3DataSource: &types.S3DataSource{
				S3DataType: "S3Prefix", S3Uri: aws.String(folder + "/train.csv"),
			}},
		}},
		OutputDataConfig:  &types.OutputDataConfig{S3OutputPath: aws.String(folder)},
		ResourceConfig:    &types.ResourceConfig{InstanceType: "ml.m5.large", InstanceCount: aws.Int32(1), VolumeSizeInGB: aws.Int32(1)},
		StoppingCondition: &types.StoppingCondition{MaxRuntimeInSeconds: aws.Int32(600)},
	}))
	described := &sagemaker.DescribeTrainingJobInput{TrainingJobName: name}
	trained := must(sagemaker.NewTrainingJobCompletedOrStoppedWaiter(control).WaitForOutput(ctx, described, 10*time.Minute))

	must(control.CreateModel(ctx, &sagemaker.CreateModelInput{
		ModelName:        name,
		ExecutionRoleArn: role,
		PrimaryContainer: &types.ContainerDefinition{Image: image, ModelDataUrl: trained.ModelArtifacts.S3ModelArtifacts},
	}))
	must(control.CreateEndpointConfig(ctx, &sagemaker.CreateEndpointConfigInput{
		EndpointConfigName: name,
		ProductionVariants: []types.ProductionVariant{{
			VariantName: aws.String("AllTraffic"), ModelName: name, InstanceType: "ml.m5.large", InitialInstanceCount: aws.Int32(1),
		}},
	}))
	must(control.CreateEndpoint(ctx, &sagemaker.CreateEndpointInput{EndpointName: name, EndpointConfigName: name}))
	deployed := &sagemaker.DescribeEndpointInput{EndpointName: name}
	must(sagemaker.NewEndpointInServiceWaiter(control).WaitForOutput(ctx, deployed, 10*time.Minute))

	answer := must(sagemakerruntime.NewFromConfig(settings).InvokeEndpoint(ctx, &sagemakerruntime.InvokeEndpointInput{
		EndpointName: name, ContentType: aws.String("text/csv"), Body: []byte("0.9\n0.1"),
	}))
	fmt.Println("probabilities of 0.9 and 0.1:", strings.Fields(string(answer.Body)))

	must(control.DeleteEndpoint(ctx, &sagemaker.DeleteEndpointInput{EndpointName: name}))
	must(control.DeleteEndpointConfig(ctx, &sagemaker.DeleteEndpointConfigInput{EndpointConfigName: name}))
	must(control.DeleteModel(ctx, &sagemaker.DeleteModelInput{ModelName: name}))
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
