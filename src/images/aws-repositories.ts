/**
 * The repositories of AWS's images for SageMaker, as the SageMaker SDK 2.257.7 names them (`image_uri_config`). By them an
 * image that is not built here is told apart from one that AWS does not have.
 */
export const awsRepositories: ReadonlySet<string> = new Set(
  `autogluon-inference autogluon-training blazingtext detailed-profiler-processing djl-inference factorization-machines
  forecasting-deepar huggingface-pytorch-inference huggingface-pytorch-inference-neuron
  huggingface-pytorch-inference-neuronx huggingface-pytorch-tgi-inference huggingface-pytorch-training
  huggingface-pytorch-training-neuronx huggingface-pytorch-trcomp-training huggingface-tensorflow-inference
  huggingface-tensorflow-training huggingface-tensorflow-trcomp-training huggingface-vllm-inference-neuronx
  image-classification image-classification-neo ipinsights kmeans knn lda linear-learner mxnet-inference
  mxnet-inference-eia mxnet-training ntm object-detection object2vec pca pytorch-inference pytorch-inference-eia
  pytorch-inference-graviton pytorch-training pytorch-training-neuron pytorch-training-neuronx pytorch-trcomp-training
  randomcutforest sagemaker-base-python sagemaker-chainer sagemaker-clarify-processing
  sagemaker-data-wrangler-container sagemaker-debugger-rules sagemaker-distribution-prod sagemaker-geospatial-v1-0
  sagemaker-inference-mxnet sagemaker-inference-pytorch sagemaker-inference-tensorflow
  sagemaker-model-monitor-analyzer sagemaker-mxnet sagemaker-mxnet-eia sagemaker-mxnet-serving
  sagemaker-mxnet-serving-eia sagemaker-neo-mxnet sagemaker-neo-pytorch sagemaker-neo-tensorflow sagemaker-pytorch
  sagemaker-rl-coach-container sagemaker-rl-mxnet sagemaker-rl-ray-container sagemaker-rl-tensorflow
  sagemaker-rl-vw-container sagemaker-scikit-learn sagemaker-spark-processing sagemaker-sparkml-serving
  sagemaker-tensorflow sagemaker-tensorflow-eia sagemaker-tensorflow-scriptmode sagemaker-tensorflow-serving
  sagemaker-tensorflow-serving-eia sagemaker-tritonserver sagemaker-xgboost semantic-segmentation seq2seq
  smdistributed-modelparallel stabilityai-pytorch-inference tei tei-cpu tensorflow-inference tensorflow-inference-eia
  tensorflow-inference-graviton tensorflow-training xgboost xgboost-neo`.split(/\s+/),
);
