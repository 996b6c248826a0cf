"""Text that neither Markdown nor HTML reads anything into: it shows exactly as it was typed."""

# What Markdown, HTML or a finder of links could take for more than a character.
_ESCAPES = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'`*_[]()#+-.!|~$\\{}:@/="}


def literal(text: str) -> str:
    """The text with numeric references; line ends become spaces where HTML shows them."""
    return text.translate(_ESCAPES)


def literal_lines(text: str) -> str:
    """The text with its line ends kept, as a visitor wrote it."""
    return "<br>".join(literal(line) for line in text.splitlines())


def link(address: str, shown: str) -> str:
    """A link to an address that is ours or a helpline's: never one that a visitor or a document gave."""
    return f'<a href="{literal(address)}">{literal(shown)}</a>'
