// The player: one index, films that follow it. A frame is shown by seeking to its middle, (n + 0.5) / rate, so the
// number on screen is the frame on screen; while it plays, the index comes from the time stamp of the frame just shown.
const $ = (selector) => element.querySelector(selector);
const $$ = (selector) => [...element.querySelectorAll(selector)];
const stage = $('.stage'), src = $('.src'), out = $('.out'), msk = $('.msk'), ctl = $('.ctl'), pic = $('.pic');
const seek = $('.seek'), handle = $('.handle'), takes = $('.takes'), note = $('.note');
let state = {}, index = 0, playing = false, looping = true, marks = null;

const take = () => state.take || null;
const mode = () => stage.dataset.mode;
const within = (span, n) => !!span && n >= span.first && n < span.first + span.frames;
const covers = (n) => within(take(), n);
const film = () => !!take() && take().kind === 'render' && !!take().copy.url;
// What follows the source: a film, the span of the shot it holds, and whether it is looked at.
const followers = () => [
  { video: out, span: take(), on: film() },
  { video: ctl, span: take(), on: mode() === 'map' && !!ctl.dataset.url },
  { video: msk, span: state.mask, on: mode() === 'mask' && !!msk.dataset.url },
].filter((one) => one.on);
const bounds = () => {
  if (looping && marks) return [marks[0], marks[1] - 1];
  return film() && looping && mode() !== 'mask' ? [take().first, take().first + take().frames - 1] : [0, state.frames - 1];
};

// -- showing one frame ---------------------------------------------------------------------------------------------

function put(video, n) {
  video.wanted = n;
  if (video.dataset.url && !video.busy && video.readyState > 0) go(video);
}
function go(video) {
  video.busy = true;
  video.going = video.wanted;
  video.currentTime = (video.going + 0.5) / state.rate;
}
function arrived(video) {
  video.busy = false;
  if (video.wanted !== video.going && !playing) { go(video); return; }
  settled();
}
function settled() {
  const due = [[src, index]];
  followers().forEach(({ video, span }) => { if (within(span, index)) due.push([video, index - span.first]); });
  if (due.every(([video, n]) => !video.dataset.url || (!video.busy && video.going === n))) stage.dataset.shown = index;
}
function show(n) {
  if (!state.frames) return;
  index = Math.min(state.frames - 1, Math.max(0, n));
  put(src, index);
  followers().forEach(({ video, span }) => { if (within(span, index)) put(video, index - span.first); });
  label();
}
function label() {
  const total = state.frames || 0;
  $('.count').innerHTML = total ? `<b>${index}</b><small>of 0–${total - 1}</small>` : '';
  $('.count').title = total ? `Frame ${state.source_start + index} of the source` : '';
  seek.value = index;
  stage.dataset.index = index;
  stage.classList.toggle('inside', covers(index));
  stage.classList.toggle('masked', within(state.mask, index));
  note.textContent = remark();
  line();
  draw();
}
function remark() {
  if (!state.frames) return '';
  if (state.source.error) return state.source.error;
  if (!state.source.url) return 'making a viewing copy …';
  if (mode() === 'mask') return maskRemark();
  if (!take() || mode() === 'source') return '';
  if (take().copy.error) return take().copy.error;
  if (!take().copy.url) return 'making a viewing copy of the render …';
  if (mode() === 'map' && !ctl.dataset.url) return take().control.copy.error || 'making a viewing copy of the map …';
  const last = take().first + take().frames - 1;
  if (!covers(index)) return take().frames === 1 ? `the still is of frame ${last}` : `rendered are frames ${take().first}–${last}`;
  return '';
}
function maskRemark() {
  const mask = state.mask;
  if (!mask) return '';
  if (mask.copy.error) return mask.copy.error;
  if (!mask.copy.url) return 'making a viewing copy of the mask …';
  return within(mask, index) ? '' : `masked are frames ${mask.first}–${mask.first + mask.frames - 1}`;
}

// -- playing -------------------------------------------------------------------------------------------------------

function play() {
  if (!state.source || !state.source.url) return;
  const [from, to] = bounds();
  if (index >= to || index < from) show(from);
  playing = true;
  $('.play').classList.add('on'); $('.play').setAttribute('aria-label', 'Pause');
  src.play().catch(pause);
  followers().forEach(({ video, span }) => { if (within(span, index)) video.play().catch(pause); });
  src.requestVideoFrameCallback(tick);
}
function tick(_now, frame) {
  if (!playing) return;
  index = Math.min(state.frames - 1, Math.max(0, Math.floor(frame.mediaTime * state.rate + 0.5)));
  followers().forEach(follow);
  label();
  if (index >= bounds()[1]) { ended(); return; }
  src.requestVideoFrameCallback(tick);
}
function follow({ video, span }) {
  if (!within(span, index)) { video.pause(); return; }
  const due = (index - span.first) / state.rate;
  if (video.paused && !video.ended) video.play().catch(pause);
  if (Math.abs(video.currentTime - due) > 1.5 / state.rate && !video.seeking) video.currentTime = due + 0.5 / state.rate;
}
function halt() { [src, out, msk, ctl].forEach((video) => video.pause()); }
function ended() {
  if (!playing) return;
  if (!looping) { pause(); return; }
  halt();
  show(bounds()[0]);
  src.addEventListener('seeked', () => playing && play(), { once: true });
}
function pause() {
  if (!playing) return;
  playing = false; halt();
  $('.play').classList.remove('on'); $('.play').setAttribute('aria-label', 'Play');
  show(index);
}
const step = (by) => { pause(); show(index + by); };
const jump = (to) => { pause(); show(to); };

// -- hands ---------------------------------------------------------------------------------------------------------

function keys(event) {
  const by = event.shiftKey ? 10 : 1;
  const does = event.ctrlKey || event.metaKey ? { z: undo }[event.key] : {
    ' ': () => (playing ? pause() : play()),
    ArrowLeft: () => step(-by), ArrowRight: () => step(by), Home: () => jump(0), End: () => jump(state.frames - 1),
    i: () => mark(index, null), o: () => mark(null, index + 1), x: () => mark(),
    '[': () => resize(0.8), ']': () => resize(1.25),
  }[event.key];
  if (!does || !state.frames) return;
  event.preventDefault();
  does();
}
function wipe(percent) {
  const at = Math.min(100, Math.max(0, percent));
  stage.style.setProperty('--wipe', `${at}%`);
  handle.setAttribute('aria-valuenow', Math.round(at));
}
function drag(event) {
  const box = stage.getBoundingClientRect();
  wipe((100 * (event.clientX - box.left)) / box.width);
}
function choose(selector, key, value) {
  $$(selector).forEach((b) => b.setAttribute('aria-checked', b.dataset[key] === value));
}
function compare(wanted) {
  pause();
  stage.dataset.mode = wanted;
  element.classList.toggle('masking', wanted === 'mask');
  choose('.modes button', 'mode', wanted);
  delete stage.dataset.shown;
  tell();
  show(index);
}
$('.first').onclick = () => jump(0);
$('.prev').onclick = () => step(-1);
$('.play').onclick = () => (playing ? pause() : play());
$('.next').onclick = () => step(1);
$('.last').onclick = () => jump(state.frames - 1);
$('.loop').onclick = () => { looping = !looping; $('.loop').setAttribute('aria-pressed', looping); };
seek.oninput = () => jump(Number(seek.value));
$$('.modes button').forEach((b) => { b.onclick = () => compare(b.dataset.mode); });
takes.onchange = () => trigger('select', { act: 'take', id: takes.value });
stage.onkeydown = keys;
handle.onpointerdown = (event) => { handle.setPointerCapture(event.pointerId); handle.onpointermove = drag; };
handle.onpointerup = () => { handle.onpointermove = null; };
handle.onkeydown = (event) => {
  const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
  if (by) { event.stopPropagation(); event.preventDefault(); wipe(Number(handle.getAttribute('aria-valuenow')) + by); }
};
document.addEventListener('keydown', (event) => {
  const busy = event.target.closest('input, textarea, select, button, a, [contenteditable], [role=option], [tabindex]');
  if (!busy && document.contains(element)) keys(event);
});
for (const video of [src, out, msk, ctl]) {
  video.onseeked = () => arrived(video);
  video.onloadeddata = () => { video.busy = false; show(index); };
  video.onerror = () => { if (video.dataset.url) note.textContent = 'the browser cannot play the viewing copy'; };
}
src.onended = ended;
