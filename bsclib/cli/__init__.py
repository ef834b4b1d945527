"""The `bsc` command: a thin function a verb, and what the verbs take and print."""
