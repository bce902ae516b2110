"use strict";

// The segment editor: writes as the translator types, and asks the server for help and checks.
(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const words = desk.dataset;
  const locked = words.locked === "true";
  const rows = [...desk.querySelectorAll(".desk-segment")];
  const byPk = new Map(rows.map((row) => [row.dataset.pk, row]));
  const filter = document.getElementById("desk-filter");
  const preview = document.getElementById("desk-preview");
  const frame = preview.querySelector("iframe");
  const target = (row) => row.querySelector("textarea");
  const written = new Map(rows.map((row) => [row, target(row).value]));
  const timers = new Map();
  const findings = new Map();
  const checks = new Map();
  const sending = new Map();
  let active = null;

  // Logging in again, in another window, has changed it.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] || "";
  // Moves when something is sent and when it has been answered.
  let sent = 0;
  const post = (path, body) => {
    sent += 1;
    return fetch(words.base + path, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": token(),
        "X-Requested-With": "XMLHttpRequest",
      },
      body: JSON.stringify(body),
    }).finally(() => {
      sent += 1;
    });
  };
  // What the server says; if no view of the editor has answered, somebody is logged out or no longer allowed.
  const answerOf = (response) => response.json().catch(() => ({ message: words.refused }));
  const fill = (sentence, name, value) => sentence.replace(`%(${name})s`, value);

  const unwritten = () => rows.filter((row) => target(row).value !== written.get(row));

  // Showing what the server says

  const grow = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };

  const say = (row, sentence) => {
    row.querySelector(".desk-saved").textContent = sentence;
  };

  // What is already said as the error is no finding too.
  const showFindings = (row) => {
    const error = row.querySelector(".desk-error").textContent;
    row.querySelector(".desk-findings").replaceChildren(
      ...(findings.get(row) || [])
        .filter((finding) => finding.message !== error)
        .map((finding) => {
          const item = document.createElement("li");
          item.className = `desk-finding desk-finding--${finding.severity}`;
          item.textContent = finding.message;
          return item;
        }),
    );
  };

  const showError = (row, sentence) => {
    row.querySelector(".desk-error").textContent = sentence;
    showFindings(row);
  };

  const showNotes = (row, number) => {
    row.dataset.notes = number;
    const place = row.querySelector(".desk-noted");
    place.hidden = !number;
    place.querySelector("b").textContent = number;
  };

  const showLength = (row) => {
    const limit = Number(row.dataset.limit);
    const length = target(row).value.replace(/<\/?\d+>/g, "").length;
    const place = row.querySelector(".desk-length");
    place.textContent = limit && length > limit * 0.7 ? `${length}/${limit}` : "";
    place.classList.toggle("desk-too-long", limit > 0 && length > limit);
  };

  const show = (segment, keepText = false) => {
    const row = byPk.get(String(segment.pk));
    if (!row) return;
    row.dataset.condition = segment.condition;
    row.dataset.version = segment.version;
    row.dataset.waits = String(segment.waits);
    row.querySelector(".desk-condition").textContent = segment.label;
    row.querySelector(".desk-by").textContent = segment.by;
    showError(row, segment.error);
    if (!keepText) {
      target(row).value = segment.target;
      grow(target(row));
    }
    written.set(row, segment.target);
    showLength(row);
  };

  // What came from elsewhere never replaces what somebody has typed here.
  const showIfIdle = (segment) => {
    const row = byPk.get(String(segment.pk));
    if (row && target(row).value === written.get(row)) show(segment);
  };

  const count = () => {
    const shown = rows.filter((row) => row.dataset.omitted !== "true");
    const waiting = shown.filter((row) => row.dataset.waits === "true");
    const left = waiting.reduce((sum, row) => sum + Number(row.dataset.words), 0);
    desk.querySelector("progress").value = shown.length - waiting.length;
    document.getElementById("desk-left").textContent = waiting.length
      ? fill(fill(words.left, "texts", waiting.length), "words", left)
      : words.ready;
  };

  // Writing

  const showConflict = (row, current) => {
    const place = row.querySelector(".desk-error");
    const mine = target(row).value;
    place.replaceChildren(`${fill(words.conflict, "name", current.by || words.somebody)} “${current.target}” `);
    const choice = (label, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small";
      button.textContent = label;
      button.addEventListener("click", act);
      place.append(button, " ");
    };
    choice(words.theirs, () => {
      show(current);
      showError(row, "");
    });
    choice(words.mine, () => {
      row.dataset.version = current.version;
      written.set(row, current.target);
      target(row).value = mine;
      save(row);
    });
    say(row, "");
  };

  // What a machine has written, a file in doubt, and what was right before the original changed, counts when it is
  // confirmed as it is.
  const send = async (row, confirmed = false) => {
    const text = target(row).value;
    if ((text === written.get(row) && !confirmed) || locked) return;
    say(row, words.saving);
    const body = { text, version: row.dataset.version };
    const response = await post(`texts/${row.dataset.pk}/`, body).catch(() => null);
    if (!response || response.status >= 500) {
      say(row, words.failed);
      timers.set(row, setTimeout(() => save(row), 5000));
      return;
    }
    const answer = await answerOf(response);
    if (response.ok) {
      show(answer.segment, target(row).value !== text || document.activeElement === target(row));
      written.set(row, text);
      answer.repetitions.forEach(showIfIdle);
      say(row, answer.repetitions.length ? `${words.saved}. ${words.repeated}` : words.saved);
      count();
      refreshPreview();
    } else if (response.status === 409) {
      showConflict(row, answer.current);
    } else {
      say(row, "");
      showError(row, answer.message);
    }
  };

  // One request a text at a time, in the order in which it was typed.
  const save = (row, confirmed = false) => {
    clearTimeout(timers.get(row));
    const before = sending.get(row) || Promise.resolve();
    const now = before.catch(() => {}).then(() => send(row, confirmed));
    sending.set(row, now);
    return now;
  };

  const saveAll = () => Promise.all(unwritten().map((row) => save(row)));

  const check = async (row) => {
    const text = target(row).value;
    let found = [];
    if (text) {
      const response = await post(`texts/${row.dataset.pk}/check/`, { text }).catch(() => null);
      if (!response || !response.ok || target(row).value !== text) return;
      found = (await response.json()).findings;
    }
    findings.set(row, found);
    showFindings(row);
  };

  const typed = (row) => {
    grow(target(row));
    showLength(row);
    clearTimeout(timers.get(row));
    timers.set(
      row,
      setTimeout(() => save(row), 700),
    );
    // Who leaves a text at once has it written at once, and checked all the same.
    clearTimeout(checks.get(row));
    checks.set(
      row,
      setTimeout(() => check(row), 700),
    );
  };

  const put = (row, text) => {
    if (target(row).readOnly) return;
    target(row).value = text;
    typed(row);
    target(row).focus();
  };

  // Help beside the active text

  const help = async (row) => {
    const place = row.querySelector(".desk-help");
    const response = await fetch(`${words.base}texts/${row.dataset.pk}/help/`).catch(() => null);
    if (!response || !response.ok || active !== row) return;
    place.innerHTML = await response.text();
    const marked = place.querySelector(".desk-marked");
    if (marked) row.querySelector(".desk-source").innerHTML = marked.innerHTML;
    place.hidden = false;
    showNotes(row, place.querySelectorAll(".desk-notes > :not(.desk-resolved)").length);
  };

  const activate = (row) => {
    if (active === row) return;
    if (active) {
      active.classList.remove("desk-active");
      active.querySelector(".desk-help").hidden = true;
    }
    active = row;
    row.classList.add("desk-active");
    help(row).then(() => {
      if (active === row) row.querySelector(".desk-changed")?.scrollIntoView({ block: "nearest" });
    });
    if (target(row).value) check(row);
    scrollPreview(row);
  };

  const visible = () => rows.filter((row) => !row.hidden && row.dataset.omitted !== "true");

  const isOpen = (row) => row.dataset.waits === "true" || row.dataset.condition === "machine";

  const go = (row, step, waitingOnly) => {
    const list = visible();
    let number = list.indexOf(row) + step;
    while (waitingOnly && list[number] && !isOpen(list[number])) number += step;
    const next = list[number];
    if (next) {
      target(next).focus();
      next.scrollIntoView({ block: "center", behavior: "auto" });
    } else if (waitingOnly) {
      desk.querySelector(".desk-foot button")?.focus();
    }
  };

  const nextMark = (row) => {
    const area = target(row);
    const numbers = [...row.querySelectorAll(".desk-source .desk-mark")]
      .map((mark) => mark.textContent)
      .filter((text) => !text.startsWith("/"));
    const number = numbers.find((each) => !area.value.includes(`<${each}>`));
    if (!number) return;
    const { selectionStart: start, selectionEnd: end, value } = area;
    area.value = `${value.slice(0, start)}<${number}>${value.slice(start, end)}</${number}>${value.slice(end)}`;
    const inside = start + number.length + 2;
    area.setSelectionRange(inside, inside + end - start);
    typed(row);
  };

  const sourceText = (row) => {
    let text = "";
    const walk = (node) => {
      node.childNodes.forEach((child) => {
        if (child.nodeType === Node.TEXT_NODE) text += child.textContent;
        else if (child.nodeName === "BR") text += "\n";
        else if (child.classList.contains("desk-mark")) text += `<${child.textContent}>`;
        else walk(child);
      });
    };
    walk(row.querySelector(".desk-source"));
    return text;
  };

  const keys = (event) => {
    const row = event.target.closest(".desk-segment");
    if (!row || event.target !== target(row)) return;
    const only = event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save(row, ["machine", "broken", "changed"].includes(row.dataset.condition)).then(() => go(row, 1, true));
    } else if (only && event.key === "ArrowDown") {
      event.preventDefault();
      go(row, 1, false);
    } else if (only && event.key === "ArrowUp") {
      event.preventDefault();
      go(row, -1, false);
    } else if (only && /^Digit[1-5]$/.test(event.code)) {
      const button = row.querySelector(`[data-key="${event.code.slice(5)}"]`);
      if (!button) return;
      event.preventDefault();
      put(row, button.dataset.text);
    } else if (only && event.code === "KeyR") {
      const button = row.querySelector('[data-act="still-right"]');
      if (!button) return;
      event.preventDefault();
      button.click();
    } else if (only && event.code === "KeyO") {
      event.preventDefault();
      put(row, sourceText(row));
    } else if (only && event.code === "KeyT") {
      event.preventDefault();
      nextMark(row);
    } else if (only && event.code === "KeyK") {
      event.preventDefault();
      const chosen = window.getSelection().toString();
      const form = document.getElementById("desk-concordance");
      form.hidden = false;
      const field = document.getElementById("desk-words");
      field.value = chosen || field.value;
      field.focus();
      if (chosen) field.dispatchEvent(new Event("input"));
    }
  };

  // Preview

  let previewTimer = null;
  const refreshPreview = () => {
    if (preview.hidden) return;
    clearTimeout(previewTimer);
    previewTimer = setTimeout(() => {
      const top = frame.contentWindow?.scrollY || 0;
      frame.addEventListener(
        "load",
        () => {
          frame.contentWindow.scrollTo(0, top);
          if (active) scrollPreview(active);
        },
        { once: true },
      );
      frame.src = frame.dataset.src;
    }, 1200);
  };

  const scrollPreview = (row) => {
    const page = preview.hidden ? null : frame.contentDocument;
    if (!page || !page.body) return;
    page.querySelectorAll("[data-desk-mark]").forEach((old) => {
      old.removeAttribute("data-desk-mark");
      old.style.removeProperty("outline");
    });
    const squeeze = (text) => text.replace(/<\/?\d+>/g, "").replace(/\s+/g, " ").trim();
    const place = (wanted) => {
      const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_ELEMENT);
      let found = null;
      while (wanted && walker.nextNode()) {
        const element = walker.currentNode;
        if (!["SCRIPT", "STYLE"].includes(element.nodeName) && squeeze(element.textContent).includes(wanted)) {
          found = element;
        }
      }
      return found;
    };
    // A text that has not been written, or not yet, stands there in the original's language.
    const found = place(squeeze(target(row).value)) || place(squeeze(sourceText(row)));
    if (found) {
      for (let closed = found.closest("details"); closed; closed = closed.parentElement.closest("details")) {
        closed.open = true;
      }
      found.setAttribute("data-desk-mark", "");
      found.style.outline = "3px solid #d97706";
      found.scrollIntoView({ block: "center" });
    }
  };

  const toggle = document.getElementById("desk-preview-toggle");
  toggle.addEventListener("click", () => {
    preview.hidden = !preview.hidden;
    toggle.setAttribute("aria-expanded", String(!preview.hidden));
    desk.classList.toggle("desk-with-preview", !preview.hidden);
    if (!preview.hidden && !frame.getAttribute("src")) {
      frame.addEventListener("load", () => active && scrollPreview(active));
      frame.src = frame.dataset.src;
    }
  });

  // Buttons

  const actions = {
    take: (row, button) => put(row, button.dataset.text),
    "still-right": async (row, button) => {
      put(row, button.dataset.text);
      await save(row, true);
      go(row, 1, true);
    },
    note: async (row) => {
      const field = row.querySelector(".desk-note-form input");
      const response = await post(`texts/${row.dataset.pk}/notes/`, { text: field.value });
      if (response.ok) help(row);
      else showError(row, (await answerOf(response)).message);
    },
    resolve: async (row, button) => {
      if ((await post(`notes/${button.dataset.note}/resolve/`, {})).ok) help(row);
    },
    omit: async (row, button) => {
      const omitted = row.dataset.omitted !== "true";
      const response = await post("leave-out/", { block: row.dataset.block, omitted });
      if (!response.ok) {
        showError(row, (await answerOf(response)).message);
        return;
      }
      button.textContent = omitted ? words.takeIn : words.leaveOut;
      rows
        .filter((other) => other.dataset.block === row.dataset.block)
        .forEach((other) => {
          other.dataset.omitted = String(omitted);
          target(other).readOnly = omitted;
        });
      count();
      refreshPreview();
    },
    fill: async (_row, button) => {
      button.disabled = true;
      await saveAll();
      const response = await post("fill/", {});
      const answer = await answerOf(response);
      (answer.segments || []).forEach(showIfIdle);
      button.hidden = response.ok;
      count();
      refreshPreview();
    },
    machine: async (_row, button) => {
      button.disabled = true;
      await saveAll();
      const response = await post("machine/", {});
      const answer = await answerOf(response);
      (answer.segments || []).forEach(showIfIdle);
      const place = document.getElementById("desk-left");
      count();
      const failures = answer.failures || (answer.message ? [answer.message] : []);
      if (failures.length) place.textContent += ` ${failures.join(" ")}`;
      button.hidden = response.ok && !failures.length;
      button.disabled = false;
      refreshPreview();
    },
  };

  desk.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) actions[button.dataset.act](button.closest(".desk-segment"), button);
  });
  desk.addEventListener("keydown", keys);
  desk.addEventListener("focusin", (event) => {
    const row = event.target.closest(".desk-segment");
    // Not by a button: what moves while it is being pressed is not clicked.
    if (row && event.target === target(row)) activate(row);
  });
  desk.addEventListener("input", (event) => {
    const row = event.target.closest(".desk-segment");
    if (row && event.target === target(row)) typed(row);
  });
  desk.addEventListener("focusout", (event) => {
    const row = event.target.closest(".desk-segment");
    if (row && event.target === target(row)) save(row);
  });

  filter.addEventListener("change", () => {
    const shown = {
      "": () => true,
      waits: (row) => row.dataset.waits === "true",
      changed: (row) => row.dataset.condition === "changed",
      machine: (row) => row.dataset.condition === "machine",
      found: (row) => findings.get(row)?.length || row.dataset.condition === "broken",
      notes: (row) => Number(row.dataset.notes) > 0,
    }[filter.value];
    rows.forEach((row) => {
      row.hidden = !shown(row);
    });
    if (filter.value === "found") rows.filter((row) => target(row).value).forEach((row) => check(row));
  });

  const concordance = document.getElementById("desk-concordance");
  let asked = null;
  concordance.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("desk-words").addEventListener("input", (event) => {
    clearTimeout(asked);
    asked = setTimeout(async () => {
      const response = await fetch(`${words.base}concordance/?q=${encodeURIComponent(event.target.value)}`);
      if (response.ok) document.getElementById("desk-concordance-results").innerHTML = await response.text();
    }, 250);
  });
  concordance.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    concordance.hidden = true;
    if (active) target(active).focus();
  });

  // The whole page is left or published only when everything is written.
  desk.querySelectorAll(".desk-foot form").forEach((form) =>
    form.addEventListener("submit", (event) => {
      if (!unwritten().length) return;
      event.preventDefault();
      const { submitter } = event;
      saveAll().then(() => {
        if (!unwritten().length) form.requestSubmit(submitter);
      });
    }),
  );
  desk.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) =>
    field.form.addEventListener("submit", () => {
      field.value = token();
    }),
  );
  window.addEventListener("beforeunload", (event) => {
    if (!unwritten().length || locked) return;
    saveAll();
    event.preventDefault();
  });

  // Somebody else may work on the same page: what they write appears where nobody types here.
  setInterval(async () => {
    if (document.hidden) return;
    const before = sent;
    const response = await fetch(`${words.base}texts/`).catch(() => null);
    if (!response || !response.ok) return;
    const { segments } = await response.json();
    // It may have been read before something that is shown already was written.
    if (sent !== before) return;
    segments
      .filter((segment) => segment.version !== byPk.get(String(segment.pk))?.dataset.version)
      .forEach(showIfIdle);
    count();
  }, 20000);

  rows.forEach((row) => {
    grow(target(row));
    showLength(row);
  });
  window.addEventListener("resize", () => rows.forEach((row) => grow(target(row))));
  const first = rows.find((row) => row.dataset.waits === "true" && row.dataset.omitted !== "true");
  const wrong = desk.querySelector(".desk-own .w-field--error");
  if (wrong) wrong.querySelector("input, select, textarea, button").focus();
  else if (first && !locked) target(first).focus({ preventScroll: true });
})();
