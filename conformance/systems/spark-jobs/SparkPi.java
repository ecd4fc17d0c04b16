import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/** Estimates pi by points in a square: SparkPi SLICES HOSTS. Begins when every host has come, and says it in the log. */
public final class SparkPi {
  private static final int POINTS = 100_000;

  public static void main(String[] words) throws InterruptedException {
    int slices = Integer.parseInt(words[0]);
    try (SparkSession spark = SparkSession.builder().appName("pi").getOrCreate()) {
      var numbers = IntStream.range(0, slices).boxed().toList();
      var context = org.apache.spark.api.java.JavaSparkContext.fromSparkContext(spark.sparkContext());
      // The driver is one of those that are told.
      while (spark.sparkContext().statusTracker().getExecutorInfos().length <= Integer.parseInt(words[1])) Thread.sleep(50);
      long inside = context.parallelize(numbers, slices).map(SparkPi::count).reduce(Long::sum);
      System.out.println("Pi is roughly " + 4.0 * inside / ((long) slices * POINTS));
    }
  }

  private static long count(int slice) {
    var random = new java.util.Random(slice);
    return IntStream.range(0, POINTS)
        .filter(i -> Math.hypot(random.nextDouble(), random.nextDouble()) <= 1)
        .count();
  }
}
