// Shows how far a job is without loading the page again; without it the page reloads itself.
(() => {
  const box = document.getElementById("desk-job");
  if (!box) return;
  const next = async () => {
    if (!("running" in box.dataset)) return;
    try {
      const answer = await fetch(location.href, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (answer.redirected) {
        location.href = answer.url; // a report
        return;
      }
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("desk-job");
        if (fresh) {
          box.innerHTML = fresh.innerHTML;
          if (!("running" in fresh.dataset)) delete box.dataset.running;
        }
      }
    } catch {
      // The server may be away for a moment: it is asked again.
    }
    setTimeout(next, 1500);
  };
  setTimeout(next, 800);
})();
