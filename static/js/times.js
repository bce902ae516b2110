// Writes the reader's own time beside that of an event, where the two differ.

// The hub's English is that of Europe.
const language = document.documentElement.lang.replace(/^en$/, "en-GB")

function ownTime(element) {
  const [start, end] = [element.dataset.from, element.dataset.to].map((moment) => new Date(moment))
  const [, sign, hours, minutes] = element.dataset.from.match(/([+-])(\d\d):(\d\d)$/) ?? []
  const offset = hours ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : 0
  if (-start.getTimezoneOffset() === offset) return
  const day = new Date(start - start.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
  const sameDay = element.dataset.from.startsWith(day) && start.toDateString() === end.toDateString()
  const parts = sameDay ? {} : { weekday: "short", day: "numeric", month: "short" }
  const clock = { hour: "numeric", minute: "2-digit", timeZoneName: "short" }
  const format = new Intl.DateTimeFormat(language, { ...parts, ...clock })
  element.querySelector("b").textContent = end > start ? format.formatRange(start, end) : format.format(start)
  element.hidden = false
}

function ownTimes() {
  for (const element of document.querySelectorAll(".own-time[hidden]")) ownTime(element)
}

ownTimes()
// Results that a filter brings without a reload.
document.addEventListener("live:replaced", ownTimes)
