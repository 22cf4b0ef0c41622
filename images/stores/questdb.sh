#!/bin/sh
exec /app/bin/java -Xms64m -Xmx512m -XX:+UseSerialGC -XX:MaxMetaspaceSize=96m -XX:ReservedCodeCacheSize=64m \
  -XX:-UsePerfData -Djava.io.tmpdir=/tmp --add-exports java.base/jdk.internal.math=io.questdb \
  -p /app/questdb.jar -m io.questdb/io.questdb.ServerMain "$@"
