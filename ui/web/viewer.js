// The player: one index, two films that follow it. A frame is shown by seeking to its middle, (n + 0.5) / rate, so the
// number on screen is the frame on screen; while playing, the index comes from the time stamp of the frame just shown.
const $ = (s) => element.querySelector(s);
let stage, src, out, seek, state = {}, index = 0, playing = false, wanted = null;

function bind() {
  stage = $('.stage'); src = $('.src'); out = $('.out'); seek = $('.seek');
  $('.prev').onclick = () => { pause(); show(index - 1); };
  $('.next').onclick = () => { pause(); show(index + 1); };
  $('.play').onclick = toggle;
  seek.oninput = () => { pause(); show(Number(seek.value)); };
  element.querySelectorAll('.modes button').forEach((b) => { b.onclick = () => mode(b.dataset.mode); });
  stage.onkeydown = keys;
  const handle = $('.handle');
  handle.onpointerdown = (e) => { handle.setPointerCapture(e.pointerId); handle.onpointermove = wipeTo; };
  handle.onpointerup = () => { handle.onpointermove = null; };
  handle.onkeydown = (e) => {
    const step = { ArrowLeft: -2, ArrowRight: 2 }[e.key];
    if (step) { e.stopPropagation(); e.preventDefault(); wipe(Number(handle.getAttribute('aria-valuenow')) + step); }
  };
}
function wipeTo(e) { const r = stage.getBoundingClientRect(); wipe(100 * (e.clientX - r.left) / r.width); }
function wipe(percent) {
  const p = Math.min(100, Math.max(0, percent));
  stage.style.setProperty('--wipe', p + '%'); $('.handle').setAttribute('aria-valuenow', Math.round(p));
}
function mode(name) {
  stage.dataset.mode = name;
  element.querySelectorAll('.modes button').forEach((b) => b.setAttribute('aria-checked', b.dataset.mode === name));
}
function keys(e) {
  if (e.key === ' ') { e.preventDefault(); toggle(); }
  if (e.key === 'ArrowLeft') { e.preventDefault(); pause(); show(index - 1); }
  if (e.key === 'ArrowRight') { e.preventDefault(); pause(); show(index + 1); }
}
const inRender = (n) => state.render && n >= state.first && n < state.first + state.render_frames;
function put(video, n) { const t = (n + 0.5) / state.rate; if (video.src && Math.abs(video.currentTime - t) > 1e-4) video.currentTime = t; }
function label() {
  const total = state.frames || 0;
  $('.count').textContent = total ? `${index + 1} / ${total}` : '–';
  $('.count').title = total ? `frame ${index} of the shot, ${state.source_start + index} of the source, counted from 0` : '';
  seek.value = index; stage.dataset.index = index;
}
function show(n) {
  if (!state.frames) return;
  index = Math.min(state.frames - 1, Math.max(0, n));
  put(src, index);
  stage.classList.toggle('has-render', inRender(index));
  if (inRender(index)) put(out, index - state.first);
  label();
}
function toggle() { playing ? pause() : play(); }
function play() {
  if (!state.source) return;
  if (index >= state.frames - 1) show(0);
  playing = true; $('.play').textContent = '❚❚'; $('.play').setAttribute('aria-label', 'Pause');
  src.play(); if (inRender(index)) out.play();
  const tick = (_now, meta) => {
    if (!playing) return;
    index = Math.min(state.frames - 1, Math.round(meta.mediaTime * state.rate));
    const inside = inRender(index);
    stage.classList.toggle('has-render', inside);
    if (inside) {
      const due = (index - state.first) / state.rate;
      if (out.paused) out.play();
      if (Math.abs(out.currentTime - due) > 1.5 / state.rate) out.currentTime = due + 0.5 / state.rate;
    }
    label();
    if (index >= state.frames - 1) { pause(); return; }
    src.requestVideoFrameCallback(tick);
  };
  src.requestVideoFrameCallback(tick);
}
function pause() {
  if (!playing) return;
  playing = false; src.pause(); out.pause();
  $('.play').textContent = '▶'; $('.play').setAttribute('aria-label', 'Play');
  show(index);
}
function load(video, url) { if (video.dataset.url !== (url || '')) { video.dataset.url = url || ''; if (url) { video.src = url; } else { video.removeAttribute('src'); video.load(); } } }
function take() {
  const next = props.value || {};
  const moved = next.shot !== state.shot;
  state = next;
  if (moved) { pause(); index = 0; }
  stage.style.aspectRatio = state.width ? `${state.width} / ${state.height}` : '16 / 9';
  stage.style.maxHeight = '62vh';
  load(src, state.source); load(out, state.render);
  stage.classList.toggle('has-source', !!state.source);
  stage.classList.toggle('waiting', !!state.waiting);
  seek.max = Math.max(0, (state.frames || 1) - 1);
  element.querySelectorAll('.bar button').forEach((b) => { b.disabled = !state.source; });
  src.onloadeddata = out.onloadeddata = () => show(index);
  show(index);
  if (!state.frames) label();
}
bind(); take();
watch('value', () => { if (!stage.isConnected) bind(); take(); });
