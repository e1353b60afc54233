"""Events as text: server-sent events, and JSON for sockets."""

import json

from hub_api_parts.live.stream import Batch, HubEvent, Stream


def as_object(stream: Stream, event: HubEvent) -> dict[str, object]:
    return {"id": stream.id_of(event.number), "hook": event.hook, "time": event.time, "args": event.args}


def sse(stream: Stream, batch: Batch) -> str:
    """The events of a batch, each with its id; before them, if some were missed, an event `skipped`."""
    parts = []
    if batch.skipped:
        told = json.dumps({"skipped": batch.skipped if batch.skipped > 0 else None})
        parts.append(f"event: skipped\ndata: {told}\n\n")
    for event in batch.events:
        data = json.dumps(as_object(stream, event), ensure_ascii=False)
        parts.append(f"id: {stream.id_of(event.number)}\nevent: {event.hook}\ndata: {data}\n\n")
    return "".join(parts)


def message(stream: Stream, batch: Batch) -> str:
    """One message for a socket: {"events": [...], "skipped": N, "last": ID}; skipped is null if nobody can know."""
    events = [as_object(stream, event) for event in batch.events]
    return json.dumps({"events": events, "skipped": batch.skipped if batch.skipped >= 0 else None,
                       "last": stream.id_of(batch.last)}, ensure_ascii=False)
