"""FastAPI in twenty lines: handlers that call `vh` from other threads than the hub's. No token: loopback only."""

import threading

import uvicorn
import vh
from fastapi import FastAPI

app = FastAPI()


@app.get("/users")
async def users() -> list[str]:
    return await vh.aio.GetNickList()  # on the event loop


@app.get("/class/{nick}")
def user_class(nick: str) -> int | None:
    return vh.GetUserClass(nick)  # in the thread pool


server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=8001, log_config=None, lifespan="off"))
thread = threading.Thread(target=server.run, daemon=True)
thread.start()


def UnLoad() -> None:
    server.should_exit = server.force_exit = True
    thread.join(2)
