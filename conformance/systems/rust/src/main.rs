//! Tries a server with AWS's SDK for Rust: client CASE ARGUMENT... Address, region and keys come from the environment.

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::types::{Metric, MetricDataQuery, MetricDatum, MetricStat, StandardUnit, Statistic};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{
    BucketLocationConstraint, ChecksumAlgorithm, ChecksumMode, CreateBucketConfiguration, Delete, EncodingType,
    ObjectIdentifier,
};
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::from_env().http_client(http).load().await;
    match words[0].as_str() {
        "keys" => keys(&config, &words[1], &words[2]).await,
        "streams" => streams(&config, &words[1], &words[2]).await,
        "faults" => faults(&config, &words[1]).await,
        "cloudwatch" => cloudwatch(&config, &words[1]).await,
        other => Err(format!("no case {other}").into()),
    }
}

async fn make_bucket(s3: &aws_sdk_s3::Client, name: &str) -> Outcome {
    let place = BucketLocationConstraint::from(std::env::var("AWS_REGION")?.as_str());
    let configuration = CreateBucketConfiguration::builder().location_constraint(place).build();
    s3.create_bucket().bucket(name).create_bucket_configuration(configuration).send().await?;
    Ok(())
}

async fn read(s3: &aws_sdk_s3::Client, bucket: &str, key: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let got = s3.get_object().bucket(bucket).key(key).checksum_mode(ChecksumMode::Enabled).send().await?;
    Ok(got.body.collect().await?.to_vec())
}

/// Every key is written, read, found in lists, signed in a link, copied and deleted.
async fn keys(config: &SdkConfig, bucket: &str, file: &str) -> Outcome {
    let s3 = aws_sdk_s3::Client::new(config);
    make_bucket(&s3, bucket).await?;
    let text = std::fs::read_to_string(file)?;
    let mut keys: Vec<&str> = text.lines().collect();
    for key in &keys {
        let body = format!("of {key}").into_bytes();
        let put = s3.put_object().bucket(bucket).key(*key).metadata("spaced", "a  b+c").metadata("name", "x=y;z");
        put.body(ByteStream::from(body.clone())).send().await?;
        assert_eq!(read(&s3, bucket, key).await?, body);
        let head = s3.head_object().bucket(bucket).key(*key).send().await?;
        assert_eq!(head.metadata().unwrap()["spaced"], "a  b+c");
        let list = s3.list_objects_v2().bucket(bucket).prefix(*key).send().await?;
        let found: Vec<_> = list.contents().iter().map(|object| object.key().unwrap()).collect();
        assert_eq!(found, vec![*key]);
        let link = s3.get_object().bucket(bucket).key(*key).response_content_disposition("inline; filename=\"a b+c~\"");
        println!("{}", link.presigned(PresigningConfig::expires_in(Duration::from_secs(60))?).await?.uri());
    }
    keys.sort_unstable();
    let mut pages = s3.list_objects_v2().bucket(bucket).max_keys(3).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.extend(page?.contents().iter().map(|object| object.key().unwrap().to_string()));
    }
    assert_eq!(found, keys);
    let encoded = s3.list_objects().bucket(bucket).encoding_type(EncodingType::Url).send().await?;
    assert_eq!(encoded.contents().len(), keys.len());
    let mut gone = Delete::builder();
    for key in &keys {
        let copied = format!("copied/{key}");
        let source: String = format!("{bucket}/{key}").bytes().map(|byte| format!("%{byte:02X}")).collect();
        s3.copy_object().bucket(bucket).key(&copied).copy_source(source).send().await?;
        assert_eq!(read(&s3, bucket, &copied).await?, format!("of {key}").into_bytes());
        gone = gone.objects(ObjectIdentifier::builder().key(&copied).build()?);
    }
    let deleted = s3.delete_objects().bucket(bucket).delete(gone.build()?).send().await?;
    assert_eq!(deleted.deleted().len(), keys.len());
    Ok(())
}

/// Bodies from a file, with each checksum behind them.
async fn streams(config: &SdkConfig, bucket: &str, file: &str) -> Outcome {
    let s3 = aws_sdk_s3::Client::new(config);
    make_bucket(&s3, bucket).await?;
    let body = std::fs::read(file)?;
    for algorithm in ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] {
        let stream = ByteStream::from_path(file).await?;
        let put = s3.put_object().bucket(bucket).key(algorithm).checksum_algorithm(ChecksumAlgorithm::from(algorithm));
        put.body(stream).send().await?;
        assert_eq!(read(&s3, bucket, algorithm).await?, body);
    }
    let part = s3.get_object().bucket(bucket).key("CRC32").range("bytes=-7").send().await?;
    assert_eq!(part.body.collect().await?.to_vec(), body[body.len() - 7..]);
    println!("streams");
    Ok(())
}

/// Errors by their type.
async fn faults(config: &SdkConfig, bucket: &str) -> Outcome {
    let s3 = aws_sdk_s3::Client::new(config);
    make_bucket(&s3, bucket).await?;
    let error = s3.get_object().bucket(bucket).key("none").send().await.unwrap_err().into_service_error();
    assert!(error.is_no_such_key(), "{error:?}");
    let error = s3.head_object().bucket(bucket).key("none").send().await.unwrap_err().into_service_error();
    assert!(error.is_not_found(), "{error:?}");
    let error = s3.list_objects_v2().bucket("no-such-bucket-here").send().await.unwrap_err().into_service_error();
    assert!(error.is_no_such_bucket(), "{error:?}");
    println!("faults");
    Ok(())
}

/// CloudWatch in CBOR. This SDK takes an integer for no double, and no integer for a time.
async fn cloudwatch(config: &SdkConfig, space: &str) -> Outcome {
    let client = aws_sdk_cloudwatch::Client::new(config);
    let from = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() as i64 / 60 * 60 - 300;
    let (at, end) = (DateTime::from_secs(from), DateTime::from_secs(from + 60));
    let mut put = client.put_metric_data().namespace(space);
    for index in 0..20 {
        let mut datum = MetricDatum::builder().metric_name(format!("größer + {index}")).timestamp(at).unit(StandardUnit::Seconds);
        for value in 0..150 {
            datum = datum.values(f64::from(value) + 0.5).counts(2.0);
        }
        put = put.metric_data(datum.build());
    }
    put.send().await?;
    assert_eq!(client.list_metrics().namespace(space).send().await?.metrics().len(), 20);
    let stats = client.get_metric_statistics().namespace(space).metric_name("größer + 19").start_time(at).end_time(end).period(60);
    let stats = stats.statistics(Statistic::Average).statistics(Statistic::Sum).statistics(Statistic::SampleCount).send().await?;
    let point = &stats.datapoints()[0];
    println!("{:?} {:?} {:?}", point.average(), point.sum(), point.sample_count());
    assert_eq!(point.timestamp(), Some(&at));
    let metric = Metric::builder().namespace(space).metric_name("größer + 19").build();
    let stat = MetricStat::builder().stat("Maximum").period(60).metric(metric).build();
    let query = MetricDataQuery::builder().id("m").metric_stat(stat).build();
    let data = client.get_metric_data().start_time(at).end_time(end).metric_data_queries(query).send().await?;
    println!("{:?}", data.metric_data_results()[0].values());
    let missing = MetricDatum::builder().metric_name("m").build();
    let error = client.put_metric_data().namespace(space).metric_data(missing).send().await.unwrap_err().into_service_error();
    println!("{}", error.is_missing_required_parameter_exception());
    Ok(())
}
