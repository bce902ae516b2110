// Filters, order and pages of the results without a reload: the address is fetched as it is, and every element with an
// id and data-live is replaced by its like in the answer. Without this script, and after any error, links are links.

const results = () => document.getElementById("results")
const status = document.createElement("p")
status.setAttribute("role", "status")
status.className = "unseen"
document.getElementById("content").append(status)

let shown = location.href.split("#")[0]
let request = null

const address = (link) => new URL(link.getAttribute("href"), location.href)

// What following `url` from `base` changes: the same for a value of a filter whether it adds or removes the value.
const change = (url, base) => {
  const pairs = (from) => [...from.searchParams].filter(([name]) => name !== "page").map(String)
  const [here, there] = [pairs(base), pairs(url)]
  return [...here.filter((pair) => !there.includes(pair)), ...there.filter((pair) => !here.includes(pair))].sort().join("&")
}

// A way to say that a folded list of the new results is one of the old ones: by the words that name it.
const path = (list) => {
  const above = list.parentElement.closest("details")
  const name = list.querySelector(above ? "summary > span" : "summary")?.textContent ?? ""
  return `${above ? path(above) : ""}/${list.className} ${name.trim()}`
}

const replace = (answer) => {
  const open = new Map([...results().querySelectorAll("details")].map((each) => [path(each), each.open]))
  for (const old of document.querySelectorAll("[data-live]")) {
    const like = answer.getElementById(old.id)
    if (like) old.replaceWith(document.adoptNode(like))
  }
  for (const each of results().querySelectorAll("details")) {
    const was = open.get(path(each))
    const inner = each.parentElement.closest("details")
    if (was !== undefined) each.open = was || Boolean(inner && each.querySelector("[aria-current]"))
  }
  document.title = answer.title
  document.dispatchEvent(new Event("live:replaced"))
  const [box, like] = [document, answer].map((from) => from.querySelector("main input[name=q]"))
  if (box && like) box.value = like.value
}

// Returns whether the results are those of `url` now. If not, the browser is on its way there, or to a later address.
const load = async (url) => {
  request?.abort()
  const own = (request = new AbortController())
  results().setAttribute("aria-busy", "true")
  try {
    const response = await fetch(url, { signal: own.signal, headers: { Accept: "text/html" } })
    const answer = new DOMParser().parseFromString(await response.text(), "text/html")
    if (own !== request) return false
    if (!response.ok || response.redirected || !answer.getElementById("results")) throw new Error(response.status)
    shown = url.href.split("#")[0]
    replace(answer)
    return true
  } catch {
    if (own === request) location.assign(url)
    return false
  }
}

const say = () => {
  status.textContent = ""
  setTimeout(() => (status.textContent = document.getElementById("count").textContent.trim()), 100)
}

const go = async (url, find) => {
  const before = new URL(shown)
  if (!(await load(url))) return
  history.replaceState({ scroll: scrollY }, "")
  history.pushState(null, "", url)
  const target = find(before)
  if (target) target.focus({ preventScroll: true })
  else document.getElementById("count").focus()
  say()
}

// The link in the new results that is where `link` was: the one that is current now, or that changes the same back.
const again = (link, wanted, before) => {
  const group = link.closest("aside, nav")
  if (!group || group.matches(".pagination")) return null
  const like = results().querySelectorAll(`${group.localName}[class="${group.className}"] a[href]:not([tabindex])`)
  const near = [...like].filter((each) => each.getClientRects().length)
  const now = new URL(shown)
  const key = change(wanted, before)
  return near.find((each) => address(each).href === now.href) ?? near.find((each) => change(address(each), now) === key)
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#results a[href]")
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  const url = address(link)
  if (url.origin !== location.origin || url.pathname !== location.pathname || url.hash) return
  event.preventDefault()
  go(url, (before) => again(link, url, before))
})

document.addEventListener("submit", (event) => {
  const form = event.target.closest("#results form")
  if (!form || event.defaultPrevented) return
  event.preventDefault()
  const url = new URL(form.action)
  for (const [name, value] of new FormData(form)) if (value) url.searchParams.append(name, value)
  const name = document.activeElement?.name
  go(url, () => name && results().querySelector(`form [name="${CSS.escape(name)}"]`))
})

addEventListener("popstate", async (event) => {
  if (location.href.split("#")[0] === shown) return // a place on the same page
  if (!(await load(new URL(location.href)))) return
  scrollTo(0, event.state?.scroll ?? 0)
  say()
})
