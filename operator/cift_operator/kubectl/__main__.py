"""`python -m cift_operator.kubectl`: the same as `kubectl cift`."""

from cift_operator.kubectl import app

if __name__ == "__main__":
    app(prog_name="kubectl cift")
