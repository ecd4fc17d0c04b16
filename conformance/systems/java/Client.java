import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** Tries a server with AWS's SDK for Java: Client CASE ARGUMENT... Address, region and keys come from the environment. */
public class Client {
  interface Case {
    void run(List<String> words) throws Exception;
  }

  static final Map<String, Case> CASES = Map.of(
      "keys", ObjectCases::keys,
      "streams", ObjectCases::streams,
      "links", ObjectCases::links,
      "faults", ObjectCases::faults,
      "cloudwatch", ServiceCases::cloudWatch,
      "logs", ServiceCases::logs,
      "identity", ServiceCases::identity);

  static final Map<String, SdkHttpClient.Builder<?>> STACKS = Map.of(
      "apache", Apache5HttpClient.builder(),
      "url-connection", UrlConnectionHttpClient.builder(),
      "crt", AwsCrtHttpClient.builder());

  public static void main(String[] words) throws Exception {
    CASES.get(words[0]).run(List.of(words).subList(1, words.length));
    // Threads of the asynchronous stacks would keep the program for a while.
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  static void same(String what, Object found, Object wanted) {
    if (!java.util.Objects.equals(found, wanted)) throw new AssertionError(what + ": " + found + ", not " + wanted);
  }

  static void tell(Object value) {
    System.out.println(value);
  }

  static List<String> linesOf(String path) throws Exception {
    return Files.readAllLines(Path.of(path));
  }

  static HttpResponse<String> open(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  static HttpResponse<String> open(String link) throws Exception {
    return open(HttpRequest.newBuilder(URI.create(link)).build());
  }
}
