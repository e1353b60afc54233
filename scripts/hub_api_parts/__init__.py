"""The parts of hub_api.py. None of them imports `vh`: the script hands its own instance down."""
