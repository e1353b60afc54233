"""One user of the live copy as a model. Any thread; does not block."""

from hub_api_parts.hub import SnapshotUser
from hub_api_parts.models.people import User
from hub_api_parts.people.clones import Clones
from hub_api_parts.people.places import Place
from hub_api_parts.text import formatted_size, from_wire, nick_to_url, shown

CLASS_NAMES = {-1: "Pinger", 0: "Guest", 1: "Regular", 2: "VIP", 3: "Operator", 4: "Cheef", 5: "Admin", 10: "Master"}
AWAY = 2  # bit of the status flag, the last character of the speed field


def class_name(user_class: int) -> str:
    return CLASS_NAMES.get(user_class, f"Class {user_class}")


def describe(user: SnapshotUser, place: Place, flags: list[str], clones: Clones | None) -> User:
    """clones: None hides what tells of the address."""
    flag = ord(user.speed[-1]) if user.speed else 0
    open_ = clones is not None
    return User(
        nick=shown(user.nick),
        url="/user/" + nick_to_url(user.nick),
        user_class=user.class_,
        class_name=class_name(user.class_),
        is_op=user.is_op,
        is_bot=user.is_bot,
        description=from_wire(user.description),
        tag=from_wire(user.tag),
        client=shown(user.client or ""),
        speed=from_wire(user.speed[:-1]),
        away=bool(flag & AWAY) if flag < 0x80 else False,
        email=from_wire(user.mail),
        share=user.share,
        share_formatted=formatted_size(user.share),
        login_time=int(user.login_time or 0),
        hub_url=shown(user.hub_url or ""),
        ext_json=shown(user.ext_json or ""),
        support_flags=flags,
        country_code=user.country or "",
        country=place.country,
        ip=user.ip if open_ else None,
        host=shown(user.host or "") if open_ else None,
        city=place.city if open_ else None,
        region=place.region if open_ else None,
        region_code=place.region_code if open_ else None,
        timezone=place.timezone if open_ else None,
        continent=place.continent if open_ else None,
        continent_code=place.continent_code if open_ else None,
        postal_code=place.postal_code if open_ else None,
        asn=place.asn if open_ else None,
        cloned=clones.is_clone(user) if clones else None,
        clone_group=clones.same_share(user) if clones else None,
        same_ip_users=clones.same_ip(user) if clones else None,
        same_asn_users=clones.same_asn(user) if clones else None,
    )
