"""The operator of CIFT Markets: one declaration, several renderings."""

VERSION = "0.1.0"
