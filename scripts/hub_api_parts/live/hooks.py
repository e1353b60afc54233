"""Which hooks may be listened to, and with which scope. What users say to one another or to the hub in private is not among them,
nor anything in which a password could stand."""

from hub_api_parts.access.scopes import Scope

READERS = frozenset({Scope.READ})
MODERATORS = frozenset({Scope.MODERATE, Scope.ADMIN})
OPEN_HOOKS = ("OnUserLogin", "OnUserLogout", "OnParsedMsgChat", "OnPublicBotMessage")
OFFERED = {
    **dict.fromkeys(OPEN_HOOKS, READERS),
    **dict.fromkeys((
        "OnNewConn", "OnCloseConn", "OnCloseConnEx", "OnOperatorKicks", "OnOperatorDrops", "OnNewReg", "OnNewBan", "OnSetConfig",
        "OnOpChatMessage", "OnParsedMsgSearch",
    ), MODERATORS),
}
# A script's block is ignored by these: they happen all the same.
ANYWAY = frozenset({"OnUserLogout", "OnCloseConn", "OnCloseConnEx", "OnPublicBotMessage", "OnOpChatMessage"})
SUPPORTS = "OnParsedMsgSupports"  # kept for support_flags, not offered
