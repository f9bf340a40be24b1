// The player: one index, two films that follow it. A frame is shown by seeking to its middle, (n + 0.5) / rate, so the
// number on screen is the frame on screen; while it plays, the index comes from the time stamp of the frame just shown.
const $ = (selector) => element.querySelector(selector);
const stage = $('.stage'), src = $('.src'), out = $('.out'), pic = $('.pic'), seek = $('.seek'), handle = $('.handle');
const takes = $('.takes'), note = $('.note');
let state = {}, index = 0, playing = false, looping = true;

const take = () => state.take || null;
const covers = (n) => !!take() && n >= take().first && n < take().first + take().frames;
const film = () => !!take() && take().kind === 'render' && !!take().copy.url;
const bounds = () => (film() && looping ? [take().first, take().first + take().frames - 1] : [0, state.frames - 1]);

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
  const due = [[src, index], ...(film() && covers(index) ? [[out, index - take().first]] : [])];
  if (due.every(([video, n]) => !video.dataset.url || (!video.busy && video.going === n))) stage.dataset.shown = index;
}
function show(n) {
  if (!state.frames) return;
  index = Math.min(state.frames - 1, Math.max(0, n));
  put(src, index);
  if (film() && covers(index)) put(out, index - take().first);
  label();
}
function label() {
  const total = state.frames || 0;
  $('.count').innerHTML = total
    ? `<b>${index}</b><small>of 0–${total - 1} · source ${state.source_start + index}</small>` : '';
  seek.value = index;
  stage.dataset.index = index;
  stage.classList.toggle('inside', covers(index));
  note.textContent = remark();
}
function remark() {
  if (!state.frames) return '';
  if (state.source.error) return state.source.error;
  if (!state.source.url) return 'making a viewing copy …';
  if (!take()) return '';
  if (take().copy.error) return take().copy.error;
  if (!take().copy.url) return 'making a viewing copy of the render …';
  const last = take().first + take().frames - 1;
  if (!covers(index)) return take().frames === 1 ? `the still is of frame ${last}` : `rendered are frames ${take().first}–${last}`;
  return '';
}

// -- playing -------------------------------------------------------------------------------------------------------

function play() {
  if (!state.source || !state.source.url) return;
  const [from, to] = bounds();
  if (index >= to || index < from) show(from);
  playing = true;
  $('.play').classList.add('on'); $('.play').setAttribute('aria-label', 'Pause');
  src.play().catch(pause);
  if (film() && covers(index)) out.play().catch(pause);
  src.requestVideoFrameCallback(tick);
}
function tick(_now, frame) {
  if (!playing) return;
  index = Math.min(state.frames - 1, Math.max(0, Math.floor(frame.mediaTime * state.rate + 0.5)));
  follow();
  label();
  if (index >= bounds()[1]) { ended(); return; }
  src.requestVideoFrameCallback(tick);
}
function follow() {
  if (!film()) return;
  if (!covers(index)) { out.pause(); return; }
  const due = (index - take().first) / state.rate;
  if (out.paused && !out.ended) out.play().catch(pause);
  if (Math.abs(out.currentTime - due) > 1.5 / state.rate && !out.seeking) out.currentTime = due + 0.5 / state.rate;
}
function ended() {
  if (!playing) return;
  if (!looping) { pause(); return; }
  src.pause(); out.pause();
  show(bounds()[0]);
  src.addEventListener('seeked', () => playing && play(), { once: true });
}
function pause() {
  if (!playing) return;
  playing = false; src.pause(); out.pause();
  $('.play').classList.remove('on'); $('.play').setAttribute('aria-label', 'Play');
  show(index);
}
const step = (by) => { pause(); show(index + by); };
const jump = (to) => { pause(); show(to); };

// -- hands ---------------------------------------------------------------------------------------------------------

function keys(event) {
  const by = event.shiftKey ? 10 : 1;
  const does = {
    ' ': () => (playing ? pause() : play()),
    ArrowLeft: () => step(-by), ArrowRight: () => step(by), Home: () => jump(0), End: () => jump(state.frames - 1),
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
function compare(mode) {
  stage.dataset.mode = mode;
  element.querySelectorAll('.modes button').forEach((b) => b.setAttribute('aria-checked', b.dataset.mode === mode));
}
$('.first').onclick = () => jump(0);
$('.prev').onclick = () => step(-1);
$('.play').onclick = () => (playing ? pause() : play());
$('.next').onclick = () => step(1);
$('.last').onclick = () => jump(state.frames - 1);
$('.loop').onclick = () => { looping = !looping; $('.loop').setAttribute('aria-pressed', looping); };
seek.oninput = () => jump(Number(seek.value));
element.querySelectorAll('.modes button').forEach((b) => { b.onclick = () => compare(b.dataset.mode); });
takes.onchange = () => trigger('select', { id: takes.value });
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
for (const video of [src, out]) {
  video.onseeked = () => arrived(video);
  video.onloadeddata = () => { video.busy = false; show(index); };
  video.onerror = () => { if (video.dataset.url) note.textContent = 'the browser cannot play the viewing copy'; };
}
src.onended = ended;

// -- what Python sends ---------------------------------------------------------------------------------------------

function load(video, url) {
  if ((video.dataset.url || '') === url) return;
  video.dataset.url = url; video.busy = false; video.going = null;
  if (url) { video.src = url; } else { video.removeAttribute('src'); video.load(); }
}
function receive() {
  const before = { shot: state.shot, take: take() && take().id };
  state = props.value || {};
  if (before.shot !== state.shot) { pause(); index = 0; }
  element.classList.toggle('loaded', !!state.frames);
  stage.style.setProperty('--ratio', state.width ? state.width / state.height : 16 / 9);
  load(src, state.frames ? state.source.url : '');
  load(out, film() ? take().copy.url : '');
  const still = take() && take().kind === 'still' ? take().copy.url : '';
  if (still && pic.getAttribute('src') !== still) pic.src = still;
  stage.classList.toggle('still', !!still);
  stage.classList.toggle('comparing', !!take() && !!take().copy.url);
  $('.render .tag').textContent = take() ? [take().kind, take().profile].filter(Boolean).join(' · ') : '';
  if (take() && take().id !== before.take && !covers(index)) { pause(); index = take().first; }
  tell();
  show(index);
  if (!state.frames) label();
}
function tell() {
  const total = state.frames || 0, made = state.takes || [];
  $('.about').textContent = total ? state.about : '';
  seek.max = Math.max(0, total - 1);
  const left = take() ? (100 * take().first) / total : 0, width = take() ? (100 * take().frames) / total : 0;
  $('.reach').style.cssText = `left:${left}%;width:${width}%`;
  element.querySelectorAll('.bar button, .seek').forEach((b) => { b.disabled = !total; });
  element.querySelectorAll('.modes button').forEach((b) => { b.disabled = !take() && b.dataset.mode !== 'source'; });
  const listed = made.map((t) => t.id).join();
  if (takes.dataset.listed !== listed) {
    takes.replaceChildren(...(made.length ? made : [{ id: '', label: 'nothing rendered yet' }]).map((t) => new Option(t.label, t.id)));
    takes.dataset.listed = listed;
  }
  takes.disabled = !made.length;
  takes.value = take() ? take().id : '';
}
receive();
watch('value', receive);
