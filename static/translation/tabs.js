// On narrow screens the tabs scroll: the room that one is in is the one that is seen.
document.querySelector(".desk-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
