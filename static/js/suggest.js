// Suggestions while typing: each search box with data-suggest becomes a combobox with a list (WAI-ARIA APG, list
// autocomplete with manual selection). Without this script it is a plain search box.

const PAUSE = 150 // milliseconds without a key before the server is asked

const element = (name, attributes = {}, text = "") => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.textContent = text
  return made
}

const option = (suggestion, id) => {
  const { label, kind, mark, lang, language, also, alsoLang } = suggestion
  const made = element("li", { id, role: "option", "aria-selected": "false" })
  if (mark) made.insertAdjacentHTML("beforeend", mark) // a drawing of the server's own
  const name = element("span", { class: "suggestion-label" })
  name.append(element("span", lang ? { lang } : {}, label))
  if (also) name.append(" ", element("span", { class: "suggestion-also", ...(alsoLang && { lang: alsoLang }) }, also))
  made.append(name, " ", element("span", { class: "suggestion-kind" }, language ? `${kind}, ${language}` : kind))
  return made
}

const combobox = (input) => {
  const id = `${input.id}-suggestions`
  const list = element("ul", { id, role: "listbox", class: "suggestions", "aria-label": input.dataset.label, hidden: "" })
  const status = element("p", { role: "status", class: "unseen" })
  input.form.append(list, status)
  // A search field cannot be a combobox, a text field can.
  const state = { type: "text", enterkeyhint: "search", autocomplete: "off", role: "combobox" }
  const aria = { "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" }
  for (const [key, value] of Object.entries({ ...state, ...aria })) input.setAttribute(key, value)

  let suggestions = []
  let active = -1
  let answered = null // the text that the suggestions are for
  let timer = 0
  let request = null

  const isOpen = () => !list.hidden

  const show = (open) => {
    list.hidden = !open
    input.setAttribute("aria-expanded", String(open))
    mark(-1)
  }

  const mark = (index) => {
    list.children[active]?.setAttribute("aria-selected", "false")
    active = index
    const chosen = list.children[active]
    chosen?.setAttribute("aria-selected", "true")
    chosen?.scrollIntoView({ block: "nearest" })
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id)
    else input.removeAttribute("aria-activedescendant")
  }

  const forget = () => {
    clearTimeout(timer)
    request?.abort()
    request = null
  }

  const close = () => {
    forget()
    show(false)
    status.textContent = ""
  }

  const ask = async () => {
    forget()
    const text = input.value.trim()
    if (!text) return close()
    if (text === answered) return show(suggestions.length > 0)
    const own = (request = new AbortController())
    try {
      const response = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: own.signal })
      if (!response.ok) throw new Error(response.status)
      const answer = await response.json()
      if (own !== request || document.activeElement !== input) return
      suggestions = answer.suggestions
      answered = text
      list.replaceChildren(...suggestions.map((each, index) => option(each, `${id}-${index}`)))
      show(suggestions.length > 0)
      status.textContent = answer.said
    } catch {
      if (own === request) close()
    }
  }

  const follow = (index) => {
    close()
    location.assign(suggestions[index].url)
  }

  const step = (by) => {
    forget() // who chooses from this list gets no other
    const count = suggestions.length
    // From the box to either end of the list, and from the ends back to the box.
    mark(((active + 1 + by + count + 1) % (count + 1)) - 1)
  }

  const keys = {
    ArrowDown: () => isOpen() ? step(1) : ask().then(() => isOpen() && mark(0)),
    ArrowUp: () => isOpen() ? step(-1) : ask().then(() => isOpen() && mark(suggestions.length - 1)),
    Escape: () => isOpen() ? close() : (input.value = ""),
    Enter: () => follow(active),
  }

  const typed = () => {
    mark(-1)
    clearTimeout(timer)
    if (input.value.trim()) timer = setTimeout(ask, PAUSE)
    else close()
  }

  input.addEventListener("input", (event) => {
    if (!event.isComposing) typed()
  })
  input.addEventListener("compositionend", typed)
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return
    if (event.key === "Enter" && active < 0) return close() // and search for the words
    if (event.key === "Tab") return close()
    if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) return mark(-1)
    if (!keys[event.key] || event.shiftKey) return
    event.preventDefault()
    keys[event.key]()
  })
  input.addEventListener("blur", close)
  list.addEventListener("mousedown", (event) => event.preventDefault()) // the box keeps the focus
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[role=option]")
    if (chosen) follow([...list.children].indexOf(chosen))
  })
}

document.querySelectorAll("input[data-suggest]").forEach(combobox)
