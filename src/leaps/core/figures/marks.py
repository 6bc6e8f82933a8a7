"""The shape that stands for each kind of facility, drawn around (0, 0)."""

SHAPES: dict[str, str] = {
    "synchrotron": '<circle r="6.5"{0}/>',
    "fel": '<path d="M0-8 7 5.5-7 5.5z"{0}/>',
    "neutron": '<rect x="-6" y="-6" width="12" height="12"{0}/>',
    "laser": '<path d="M0-8 8 0 0 8-8 0z"{0}/>',
    "electron": '<path d="M-4-7h8l4 7-4 7h-8l-4-7z"{0}/>',
    "muon": '<path d="M0-8 7.6-2.5 4.7 6.5-4.7 6.5-7.6-2.5z"{0}/>',
    "ion": '<path d="M-2.5-7h5v4.5H7v5H2.5V7h-5V2.5H-7v-5h4.5z"{0}/>',
}


def mark(kind: str, *, filled: bool = True) -> str:
    """The mark of a kind; hollow when the facility is not running."""
    state = "" if filled else " hollow"
    return SHAPES.get(kind, SHAPES["synchrotron"]).format(f' class="fig-mark kind-{kind}{state}"')
