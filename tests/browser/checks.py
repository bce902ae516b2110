"""What a page is asked that axe does not ask: each function returns what is wrong, a sentence for each element."""

from __future__ import annotations

from playwright.sync_api import Page

NAMED = """
    const transparent = (colour) => /^rgba\\(.*, 0\\)$/.test(colour)
    const named = (element) => element.outerHTML.replace(/\\s+/g, " ").slice(0, 140)
    const shown = (element) =>
        element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0
    const REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    const reached = () => [...document.querySelectorAll(REACHED)].filter((element) =>
        shown(element) && !element.matches("[tabindex='-1']"))
"""

WIDER = """() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
        const box = element.getBoundingClientRect()
        return box.right > width + 1 || box.left < -1
    })
    return ["the page", ...wide.map((element) => element.outerHTML.slice(0, 120))]
}"""

# Text that is cut off: shortened on purpose by an ellipsis is no loss where the whole is the heading of the page.
CUT = f"""() => {{ {NAMED}
    return [...document.body.querySelectorAll("*")].filter((element) => {{
        const style = getComputedStyle(element)
        if (!shown(element) || !element.textContent.trim() || style.clipPath !== "none") return false
        const cut = (overflow) => overflow === "hidden" || overflow === "clip"
        if (style.textOverflow === "ellipsis" && element.matches("[aria-current=page]")) return false
        return cut(style.overflowX) && element.scrollWidth > element.clientWidth + 1
            || cut(style.overflowY) && element.scrollHeight > element.clientHeight + 1
    }}).map(named)
}}"""

# WCAG 2.2, 1.4.12: at least this much may be set by readers.
SPACED = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
        p { margin-block-end: 2em !important; }`)
    document.adoptedStyleSheets = [sheet]
}"""

# WCAG 2.2, 2.4.7 and 2.4.13: an outline of at least two pixels around whatever the keyboard reaches.
UNFOCUSED = f"""() => {{ {NAMED}
    const before = document.activeElement
    const outlined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
        && !transparent(style.outlineColor)
    const wrong = reached().filter((element) => {{
        element.focus({{focusVisible: true, preventScroll: true}})
        // Of a card the outline is around the whole of it.
        return document.activeElement !== element
            || !["", "::after"].some((part) => outlined(getComputedStyle(element, part || null)))
    }}).map(named)
    before.focus?.()
    return wrong
}}"""

# WCAG 2.2, 2.5.8, with its exceptions: links within a sentence, and small ones with room around them.
SMALL = f"""() => {{ {NAMED}
    const targets = reached().filter((element) =>
        getComputedStyle(element).clipPath === "none" && element.tagName !== "INPUT")
    const boxes = new Map(targets.map((element) => [element, element.getBoundingClientRect()]))
    const small = (box) => box.width < 23.99 || box.height < 23.99
    const inSentence = (element) => {{
        const style = getComputedStyle(element)
        if (style.display !== "inline") return false
        const parent = element.closest("p, li, dd, td, figcaption, h1, h2, h3, caption, blockquote, span")
        return parent && parent.textContent.trim().length > element.textContent.trim().length
    }}
    const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
    const distance = ([x, y], box) => Math.hypot(
        Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom))
    return targets.filter((element) => {{
        const box = boxes.get(element)
        if (!small(box) || inSentence(element)) return false
        return targets.some((other) => {{
            if (other === element || other.contains(element) || element.contains(other)) return false
            const beside = boxes.get(other)
            if (distance(middle(box), beside) < 12) return true
            const [x, y] = middle(box), [otherX, otherY] = middle(beside)
            return small(beside) && Math.hypot(x - otherX, y - otherY) < 24
        }})
    }}).map((element) => `${{boxes.get(element).width}} x ${{boxes.get(element).height}} ${{named(element)}}`)
}}"""

# In forced colours backgrounds go: what can be filled in or pressed is known by a border of its own or around it.
BORDERLESS = f"""() => {{ {NAMED}
    const bordered = (element) => {{
        const style = getComputedStyle(element)
        return ["Top", "Right", "Bottom", "Left"].some((side) => style[`border${{side}}Style`] !== "none"
            && parseFloat(style[`border${{side}}Width`]) > 0 && !transparent(style[`border${{side}}Color`]))
    }}
    return [...document.querySelectorAll("input:not([type=hidden]), .button, .chip, .letters a[aria-current]")]
        .filter((element) => shown(element) && !bordered(element) && !bordered(element.parentElement)).map(named)
}}"""

PRINTED = f"""() => {{ {NAMED}
    const leading = document.querySelectorAll("nav:not(.map, .place-near), form, .filters, .skip")
    const useless = [...leading].filter(shown).map(named)
    const address = document.querySelector(".printed")
    return address && shown(address) ? useless : [...useless, "The address is missing."]
}}"""

MOVING = f"""() => {{ {NAMED}
    const moves = (durations) => durations.split(",").some((each) => parseFloat(each) > 0)
    const wrong = []
    for (const element of document.querySelectorAll("*")) {{
        for (const pseudo of ["", "::before", "::after"]) {{
            const style = getComputedStyle(element, pseudo || null)
            if (moves(style.transitionDuration) || moves(style.animationDuration) || style.scrollBehavior === "smooth")
                wrong.push(pseudo + named(element))
        }}
    }}
    return wrong
}}"""


def wider_than_the_window(page: Page) -> list[str]:
    """Elements that make the page scroll sideways."""
    return page.evaluate(WIDER)


def cut_off(page: Page) -> list[str]:
    """Elements whose text is longer than what is shown of it."""
    return page.evaluate(CUT)


def space_text(page: Page) -> None:
    """Sets the distances between lines, words and letters that readers may need (WCAG 2.2, 1.4.12)."""
    page.evaluate(SPACED)


def without_visible_focus(page: Page) -> list[str]:
    """What the keyboard reaches without an outline that shows it."""
    return page.evaluate(UNFOCUSED)


def small_targets(page: Page) -> list[str]:
    """Targets smaller than 24 by 24 pixels with another one too near."""
    return page.evaluate(SMALL)


def moving(page: Page) -> list[str]:
    """Elements that a transition, an animation or smooth scrolling moves."""
    return page.evaluate(MOVING)


def without_borders(page: Page) -> list[str]:
    """What can be filled in or pressed and has no border around it."""
    return page.evaluate(BORDERLESS)


def useless_on_paper(page: Page) -> list[str]:
    """What is printed although it leads nowhere on paper; for a page that is shown as in print."""
    return page.evaluate(PRINTED)
