// Buttons that copy: `data-copy` is the text, `data-copied` what they say afterwards. Shown only where copying works.
if (navigator.clipboard) {
  const status = document.querySelector("[data-copy-status]")
  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.textContent
    button.hidden = false
    button.closest("li[hidden]")?.removeAttribute("hidden")
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy)
      button.textContent = status.textContent = button.dataset.copied
      setTimeout(() => {
        button.textContent = label
        status.textContent = ""
      }, 2000)
    })
  }
}
