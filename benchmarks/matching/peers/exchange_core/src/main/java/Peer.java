import exchange.core2.collections.objpool.ObjectsPool;
import exchange.core2.core.common.CoreSymbolSpecification;
import exchange.core2.core.common.MatcherEventType;
import exchange.core2.core.common.MatcherTradeEvent;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.SymbolType;
import exchange.core2.core.common.cmd.CommandResultCode;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.common.cmd.OrderCommandType;
import exchange.core2.core.common.config.LoggingConfiguration;
import exchange.core2.core.orderbook.IOrderBook;
import exchange.core2.core.orderbook.OrderBookDirectImpl;
import exchange.core2.core.orderbook.OrderBookEventsHelper;
import exchange.core2.core.orderbook.OrderBookNaiveImpl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** exchange-core's order books, without its pipeline, under the matching workload: {@code Peer ops.bin ROUNDS direct|naive}. */
public final class Peer {
    private static final int RECORD = 24;

    private final IOrderBook book;
    private final OrderCommand command = new OrderCommand();
    private long trades;
    private long volume;
    private long notional;
    private long makerHash;

    private Peer(boolean direct) {
        CoreSymbolSpecification symbol = CoreSymbolSpecification.builder()
            .symbolId(1).type(SymbolType.CURRENCY_EXCHANGE_PAIR).baseCurrency(1).quoteCurrency(2)
            .baseScaleK(1).quoteScaleK(1).takerFee(0).makerFee(0).build();
        OrderBookEventsHelper events = OrderBookEventsHelper.NON_POOLED_EVENTS_HELPER;
        book = direct
            ? new OrderBookDirectImpl(symbol, ObjectsPool.createDefaultTestPool(), events, LoggingConfiguration.DEFAULT)
            : new OrderBookNaiveImpl(symbol, ObjectsPool.createDefaultTestPool(), events, LoggingConfiguration.DEFAULT);
    }

    private void step(ByteBuffer ops, int at) {
        command.orderId = ops.getLong(at + 8);
        command.uid = 1;
        command.symbol = 1;
        command.matcherEvent = null;
        command.resultCode = CommandResultCode.VALID_FOR_MATCHING_ENGINE;
        int kind = ops.get(at);
        if (kind == 1) {
            command.command = OrderCommandType.CANCEL_ORDER;
        } else {
            command.command = OrderCommandType.PLACE_ORDER;
            command.orderType = kind == 0 ? OrderType.GTC : OrderType.IOC;
            command.action = ops.get(at + 1) == 0 ? OrderAction.BID : OrderAction.ASK;
            command.price = ops.getLong(at + 16);
            command.reserveBidPrice = command.price;
            command.size = ops.getInt(at + 4);
        }
        IOrderBook.processCommand(book, command);
        for (MatcherTradeEvent event = command.matcherEvent; event != null; event = event.nextEvent) {
            if (event.eventType == MatcherEventType.TRADE) {
                trades++;
                volume += event.size;
                notional += event.size * event.price;
                makerHash = makerHash * 1099511628211L + event.matchedOrderId * 31 + event.size;
            }
        }
    }

    private boolean agrees(String expected) {
        boolean agrees = trades == number(expected, "trades") && volume == number(expected, "volume")
            && notional == number(expected, "notional") && makerHash == number(expected, "maker_hash");
        if (!agrees) {
            System.err.printf("trades %d volume %d notional %d hash %d%n", trades, volume, notional, makerHash);
        }
        return agrees;
    }

    private static long number(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\\s*(\\d+)").matcher(json);
        return found.find() ? Long.parseUnsignedLong(found.group(1)) : 0;
    }

    private static long quantile(long[] sorted, double q) {
        return sorted.length == 0 ? 0 : sorted[Math.min((int) (sorted.length * q), sorted.length - 1)];
    }

    private static long clockCost() {
        long[] taken = new long[1_000_000];
        for (int i = 0; i < taken.length; i++) {
            long start = System.nanoTime();
            taken[i] = System.nanoTime() - start;
        }
        Arrays.sort(taken);
        return quantile(taken, 0.5);
    }

    public static void main(String[] args) throws IOException {
        Path path = Path.of(args[0]);
        int rounds = Integer.parseInt(args[1]);
        boolean direct = !args[2].equals("naive");
        byte[] bytes = Files.readAllBytes(path);
        ByteBuffer ops = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        ops.put(0, bytes);
        String expected = Files.readString(Path.of(args[0].replaceAll("\\.bin$", ".expected.json")));
        int first = (int) ops.getLong(8);
        int count = (int) ops.getLong(16);
        double[] rates = new double[rounds];
        long[][] columns = new long[10][rounds];
        boolean correct = true;
        for (int round = 0; round < rounds; round++) {
            Peer peer = new Peer(direct);
            for (int i = 0; i < first; i++) {
                peer.step(ops, 24 + i * RECORD);
            }
            long start = System.nanoTime();
            for (int i = first; i < first + count; i++) {
                peer.step(ops, 24 + i * RECORD);
            }
            rates[round] = count * 1e3 / (System.nanoTime() - start);
            correct &= peer.agrees(expected);

            peer = new Peer(direct);
            for (int i = 0; i < first; i++) {
                peer.step(ops, 24 + i * RECORD);
            }
            long[] all = new long[count];
            long[][] kinds = new long[3][count];
            int[] sizes = new int[3];
            for (int i = 0; i < count; i++) {
                int at = 24 + (first + i) * RECORD;
                long before = System.nanoTime();
                peer.step(ops, at);
                all[i] = System.nanoTime() - before;
                int kind = ops.get(at);
                kinds[kind][sizes[kind]++] = all[i];
            }
            correct &= peer.agrees(expected);
            Arrays.sort(all);
            double[] quantiles = {0.5, 0.99, 0.999, 1.0};
            for (int i = 0; i < 4; i++) {
                columns[i][round] = quantile(all, quantiles[i]);
            }
            for (int kind = 0; kind < 3; kind++) {
                long[] taken = Arrays.copyOf(kinds[kind], sizes[kind]);
                Arrays.sort(taken);
                columns[4 + 2 * kind][round] = quantile(taken, 0.5);
                columns[5 + 2 * kind][round] = quantile(taken, 0.99);
            }
        }
        Arrays.sort(rates);
        long[] m = new long[10];
        for (int i = 0; i < 10; i++) {
            Arrays.sort(columns[i]);
            m[i] = columns[i][rounds / 2];
        }
        System.out.printf(Locale.ROOT,
            "%-24s ops/s best=%.2fM med=%.2fM | ns/op p50=%d p99=%d p99.9=%d max=%d | add %d/%d cancel %d/%d ioc %d/%d | clock=%d check=%s%n",
            "exchange-core " + (direct ? "direct" : "naive"), rates[rounds - 1], rates[rounds / 2], m[0], m[1], m[2], m[3],
            m[4], m[5], m[6], m[7], m[8], m[9], clockCost(), correct ? "OK" : "FAIL");
        System.exit(correct ? 0 : 1);
    }
}
