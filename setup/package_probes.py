"""What `./dev packages` does with each package, besides importing it: one small real thing, which raises if it goes wrong.

Each value is a Python program that runs in an interpreter in which nothing else has run. Nothing here reaches a network but
the loopback one.
"""

PROBES = {
    "fastapi": """
import fastapi
app = fastapi.FastAPI()
@app.get("/users/{number}")
def user(number: int) -> dict[str, int]: return {"number": number}
assert "/users/{number}" in app.openapi()["paths"]
""",
    "pydantic": """
import pydantic
class User(pydantic.BaseModel):
    nick: str
    share: int
assert User.model_validate_json('{"nick": "a", "share": "5"}').share == 5
""",
    "uvicorn": """
import asyncio, threading, urllib.request, uvicorn
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})
server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", loop="asyncio"))
thread = threading.Thread(target=server.run)
thread.start()
while not server.started and thread.is_alive(): pass
port = server.servers[0].sockets[0].getsockname()[1]
try: assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).read() == b"hello"
finally:
    server.should_exit = True
    thread.join()
""",
    "uvloop": """
import asyncio, uvloop
async def main(): return await asyncio.sleep(0.01, "slept")
loop = uvloop.new_event_loop()
assert loop.run_until_complete(main()) == "slept"
loop.close()
""",
    "httpx": """
import httpx
client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json={"path": request.url.path})))
assert client.get("http://hub.example/users").json() == {"path": "/users"}
""",
    "aiohttp": """
import asyncio
from aiohttp import ClientSession, web
async def main():
    app = web.Application()
    async def hello(request): return web.json_response({"hello": request.query["who"]})
    app.router.add_get("/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/?who=hub") as answer:
            assert await answer.json() == {"hello": "hub"}
    await runner.cleanup()
asyncio.run(main())
""",
    "requests": """
import http.server, requests, threading
class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Hello)
thread = threading.Thread(target=server.handle_request)
thread.start()
assert requests.get(f"http://127.0.0.1:{server.server_port}/", timeout=10).text == "hello"
thread.join()
""",
    "numpy": """
import numpy
matrix = numpy.arange(6.0).reshape(2, 3)
assert (matrix @ matrix.T)[1, 1] == 50.0
""",
    "pandas": """
import pandas
shares = pandas.DataFrame({"class": [1, 2, 1], "share": [5, 7, 9]})
assert shares.groupby("class")["share"].sum()[1] == 14
""",
    "sqlalchemy": """
import sqlalchemy
with sqlalchemy.create_engine("sqlite://").connect() as connection:
    assert connection.execute(sqlalchemy.text("SELECT 6 * 7")).scalar() == 42
""",
    "orjson": """
import orjson
assert orjson.loads(orjson.dumps({"nick": "a", "share": [1, 2.5]})) == {"nick": "a", "share": [1, 2.5]}
""",
    "msgpack": """
import msgpack
assert msgpack.unpackb(msgpack.packb({"nick": "a", "share": 5})) == {"nick": "a", "share": 5}
""",
    "cryptography": """
from cryptography.fernet import Fernet
box = Fernet(Fernet.generate_key())
assert box.decrypt(box.encrypt(b"secret")) == b"secret"
""",
    "lxml": """
from lxml import etree
assert etree.fromstring("<hub><user nick='a'/></hub>").xpath("//user/@nick") == ["a"]
""",
    "pillow": """
import io
from PIL import Image
file = io.BytesIO()
Image.new("RGB", (8, 8), "red").save(file, "PNG")
assert Image.open(io.BytesIO(file.getvalue())).getpixel((3, 3)) == (255, 0, 0)
""",
    "prometheus-client": """
import prometheus_client
registry = prometheus_client.CollectorRegistry()
prometheus_client.Counter("logins", "Logins", registry=registry).inc(3)
assert b"logins_total 3.0" in prometheus_client.generate_latest(registry)
""",
    "websockets": """
import asyncio, websockets
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
async def echo(connection):
    async for message in connection: await connection.send(message)
async def main():
    async with serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/") as client:
            await client.send("hello")
            assert await client.recv() == "hello"
asyncio.run(main())
""",
}
