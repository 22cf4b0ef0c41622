"""QuestDB's program: Java 17 and one jar from Maven Central."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from cift_operator.local.problem import Problem

VERSION = "9.3.4"
SHA256 = "939bc53ab22f93dbaa6545143a6e7c536d4904c07b7f2d381e8eef10436be062"
_JAVA = "install Java 17 or later (Debian: apt install openjdk-17-jre-headless), or point JAVA_HOME to one"


def command(data: Path, progress: Callable[[str], None]) -> tuple[str, ...]:
    """How it is started with its data in this folder; fetches the jar the first time. Raises `Problem`."""
    temporary = data / "tmp"
    return (
        _java(),
        "-Xms64m",
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:MaxMetaspaceSize=96m",
        "-XX:ReservedCodeCacheSize=64m",
        # The optimising compiler would take more of a small machine than it gives back.
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        f"-Djava.io.tmpdir={temporary}",
        "--add-exports",
        "java.base/jdk.internal.math=io.questdb",
        "-p",
        str(_jar(progress)),
        "-m",
        "io.questdb/io.questdb.ServerMain",
    )


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or not os.access(java, os.X_OK):
        raise Problem("java is missing (QuestDB needs it)", _JAVA)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version.group(1)) < 17:
        raise Problem(f"{java} is too old: {said.splitlines()[0] if said else 'no version'}", _JAVA)
    return java


def _jar(progress: Callable[[str], None]) -> Path:
    if named := os.environ.get("CIFT_QUESTDB_JAR"):
        if not Path(named).is_file():
            raise Problem(f"CIFT_QUESTDB_JAR names {named}, which is not a file")
        return Path(named).absolute()
    repository = Path(os.environ.get("MAVEN_REPO_LOCAL") or Path.home() / ".m2" / "repository")
    jar = repository / "org" / "questdb" / "questdb" / VERSION / f"questdb-{VERSION}.jar"
    if not jar.exists():
        maven = shutil.which("mvn")
        if maven is None:
            raise Problem(
                f"QuestDB {VERSION} is not here, and Maven, which fetches it, is missing",
                "install Maven (Debian: apt install maven), or point CIFT_QUESTDB_JAR to the jar",
            )
        progress(f"fetching QuestDB {VERSION} (first time only)")
        done = subprocess.run(
            [
                maven,
                "-q",
                "-B",
                f"-Dmaven.repo.local={repository}",
                "dependency:get",
                f"-Dartifact=org.questdb:questdb:{VERSION}",
                "-Dtransitive=false",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not jar.exists():
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
            raise Problem(f"Maven could not fetch QuestDB {VERSION}: {tail}", "set CIFT_QUESTDB_JAR to the jar")
        progress("")
    if hashlib.sha256(jar.read_bytes()).hexdigest() != SHA256:
        raise Problem(
            f"{jar} is not the QuestDB {VERSION} that this version was tested with: its SHA-256 is another",
            "remove the file, so that it is fetched again, or name another jar with CIFT_QUESTDB_JAR",
        )
    return jar
