// The mask of the shot: points and strokes on the shown frame, words, and what is asked for with them. What is set
// stays with its shot until a mask is made of it; then the points come back with the mask, and the strokes are in it.
const paint = $('.paint'), painter = $('.painter'), named = $('.named input'), sizer = $('.size input');
const kept = new Map(); // by shot: { mask, points, acts, words, shape, over, sent }
let tool = 'add', drawing = null;

const fresh = () => ({ mask: '', points: [], acts: [], words: '', shape: defaults(), over: '', sent: 0 });
const defaults = () => Object.fromEntries((state.painter ? state.painter.controls : []).map((c) => [c.id, c.default]));
function work() {
  if (!kept.has(state.shot)) kept.set(state.shot, fresh());
  return kept.get(state.shot);
}
const points = () => [...work().points, ...work().acts.filter((one) => one.path === undefined)];
const strokes = () => work().acts.filter((one) => one.path !== undefined);

function adopt() {
  // A mask that came, or was chosen, lends what it was made of; what was set since it was asked for stays.
  if (!state.shot) return;
  const has = work(), mask = state.mask;
  if (mask && mask.id !== has.mask) {
    kept.set(state.shot, { mask: mask.id, points: mask.points, acts: has.acts.slice(has.sent), words: mask.words, shape: { ...mask.shape }, over: mask.id, sent: 0 });
  } else if (!mask && has.mask) {
    kept.set(state.shot, { ...fresh(), acts: has.acts });
  }
}

// -- painting ------------------------------------------------------------------------------------------------------

function place(event) {
  const box = stage.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * state.width, ((event.clientY - box.top) / box.height) * state.height]
    .map((value) => Math.round(value * 10) / 10);
}
const inside = ([x, y]) => x >= 0 && y >= 0 && x < state.width && y < state.height;
const radius = () => Number(sizer.value) / 2;

paint.onpointerdown = (event) => {
  if (event.button !== 0 || !state.frames) return;
  pause();
  stage.focus();
  const [x, y] = place(event);
  if (!inside([x, y])) return;
  if (tool === 'add' || tool === 'leave') {
    work().acts.push({ frame: index, x, y, add: tool === 'add' });
    touched();
    return;
  }
  paint.setPointerCapture(event.pointerId);
  drawing = { frame: index, path: [[x, y]], radius: radius(), add: tool === 'brush' };
  work().acts.push(drawing);
  touched();
};
paint.onpointermove = (event) => {
  const here = place(event);
  if (drawing) {
    const last = drawing.path[drawing.path.length - 1];
    if (Math.hypot(here[0] - last[0], here[1] - last[1]) >= 1) drawing.path.push(here);
  }
  draw(here);
};
paint.onpointerup = paint.onpointercancel = () => { drawing = null; };
paint.onpointerleave = () => draw();

function undo() {
  const has = work();
  const last = has.acts.length ? has.acts.pop() : has.points[has.points.length - 1];
  if (!last) return;
  if (has.points.includes(last)) has.points = has.points.slice(0, -1);
  has.sent = Math.min(has.sent, has.acts.length);
  if (last.frame !== index) jump(last.frame);
  touched();
}
function clear() {
  kept.set(state.shot, { ...fresh(), mask: state.mask ? state.mask.id : '' });
  say('');
  touched();
}
function resize(by) {
  sizer.value = Math.min(Number(sizer.max), Math.max(Number(sizer.min), Math.round(Number(sizer.value) * by)));
  sizer.oninput();
}

// -- drawing what was painted --------------------------------------------------------------------------------------

function draw(cursor) {
  const box = stage.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
  if (mode() !== 'mask' || !state.frames || !box.width) return;
  const scale = (box.width * ratio) / state.width;
  if (paint.width !== Math.round(box.width * ratio)) { paint.width = Math.round(box.width * ratio); paint.height = Math.round(box.height * ratio); }
  const brush = paint.getContext('2d');
  brush.clearRect(0, 0, paint.width, paint.height);
  brush.save();
  brush.scale(scale, scale);
  strokes().filter((one) => one.frame === index).forEach((one) => stroke(brush, one));
  points().filter((one) => one.frame === index).forEach((one) => point(brush, one, ratio / scale));
  if (cursor && (tool === 'brush' || tool === 'erase')) ring(brush, cursor, ratio / scale);
  brush.restore();
}
function stroke(brush, { path, radius, add }) {
  const trace = () => {
    brush.beginPath();
    path.forEach(([x, y]) => brush.lineTo(x, y));
    if (path.length === 1) brush.lineTo(path[0][0] + 0.01, path[0][1]);
    brush.stroke();
  };
  brush.lineCap = brush.lineJoin = 'round';
  brush.lineWidth = 2 * radius;
  brush.globalCompositeOperation = 'destination-out';
  brush.strokeStyle = '#000';
  trace();
  brush.globalCompositeOperation = 'source-over';
  brush.strokeStyle = add ? 'rgba(47, 212, 199, .6)' : 'rgba(22, 22, 23, .6)';
  if (add || work().over) trace();
}
function point(brush, { x, y, add }, unit) {
  brush.beginPath();
  brush.arc(x, y, 8 * unit, 0, 7);
  brush.fillStyle = add ? '#0f5f59' : '#8a2f25';
  brush.fill();
  brush.lineWidth = 2 * unit;
  brush.strokeStyle = '#fff';
  brush.stroke();
  brush.beginPath();
  brush.moveTo(x - 4 * unit, y); brush.lineTo(x + 4 * unit, y);
  if (add) { brush.moveTo(x, y - 4 * unit); brush.lineTo(x, y + 4 * unit); }
  brush.stroke();
}
function ring(brush, [x, y], unit) {
  for (const [colour, width] of [['rgba(0, 0, 0, .7)', 3], ['#fff', 1.2]]) {
    brush.beginPath();
    brush.arc(x, y, radius(), 0, 7);
    brush.lineWidth = width * unit;
    brush.strokeStyle = colour;
    brush.stroke();
  }
}
function touched() {
  // What was refused was refused of something else.
  if ($('.answer').classList.contains('error')) { refused = state.making ? state.making.id : ''; say(''); }
  changed();
  waiting();
}
function changed() {
  const has = work(), frames = [...new Set([...points(), ...strokes()].map((one) => one.frame))].sort((a, b) => a - b);
  $('.undo').disabled = !has.acts.length && !has.points.length;
  $('.clear').disabled = !has.acts.length && !has.points.length && !has.words && !has.over;
  if (document.activeElement !== named) named.value = has.words;
  $$('.shape [data-id]').forEach((field) => {
    if (field.type === 'checkbox') field.checked = !!has.shape[field.dataset.id]; else if (document.activeElement !== field) field.value = has.shape[field.dataset.id];
  });
  shaped();
  $('.ticks').replaceChildren(...frames.map((frame) => {
    const tick = document.createElement('i');
    tick.style.left = `${(100 * (frame + 0.5)) / state.frames}%`;
    tick.title = `Something is set on frame ${frame}`;
    return tick;
  }));
  draw();
}

// -- asking for it -------------------------------------------------------------------------------------------------

let asking = false, refused = '';
function say(words, wrong = false) {
  $('.answer').textContent = words;
  $('.answer').classList.toggle('error', wrong);
}
async function make() {
  const has = work(), bare = ({ frame, x, y, add }) => ({ frame, x, y, add });
  asking = true; has.sent = has.acts.length; waiting();
  const answer = await server.make_mask({
    shot: state.shot, words: has.words, points: points().map(bare), strokes: strokes(), over: has.over, shape: has.shape,
  });
  asking = false;
  say(answer.told, answer.refused); waiting();
}
function waiting() {
  const making = state.making;
  $('.make').disabled = asking || !state.frames;
  if (making && making.id !== refused) say(making.told, making.state === 'failed');
  else if (!$('.answer').classList.contains('error') && !asking) say(state.mask ? state.mask.notes.join(' ') || USED : HOW);
}
const USED = 'The next Inpaint, Character or Clean Plate of this shot takes this mask. Correct it on any frame, and make it again.';
const HOW = 'Click on what may change, paint it, or name it; then make the mask. Outside it, the source stays as it is.';

function naming(control) {
  const name = control.label.replace(/^Masking /, '').replace(/ mask$/, '');
  return name[0].toUpperCase() + name.slice(1);
}
function controls() {
  if ($('.shape').childElementCount || !state.painter) return;
  $('#mask_words').replaceChildren(...state.painter.words.map((word) => new Option(word)));
  $('.shape').replaceChildren(...state.painter.controls.map((control) => {
    const label = document.createElement('label'), field = document.createElement('input');
    field.dataset.id = control.id;
    label.title = control.note;
    if (control.kind === 'switch') field.type = 'checkbox'; else Object.assign(field, { type: 'number', min: control.min, max: control.max, step: control.step || 1 });
    field.oninput = () => {
      work().shape[control.id] = control.kind === 'switch' ? field.checked : field.value === '' ? control.default : Number(field.value);
      shaped();
    };
    label.append(`${naming(control)} `, field, control.unit ? ` ${control.unit}` : '');
    return label;
  }));
}
function shaped() {
  // What differs from the default stands on the button that hides it.
  const told = (state.painter ? state.painter.controls : []).filter((c) => work().shape[c.id] !== c.default)
    .map((c) => `${naming(c).toLowerCase()}${c.kind === 'switch' ? '' : ` ${work().shape[c.id]}`}`);
  const summary = $('.shaping summary'), more = document.createElement('b');
  more.textContent = told.join(', ');
  summary.replaceChildren('Shape', ...(told.length ? [more] : []), ' ▾');
  summary.classList.toggle('set', told.length > 0);
  summary.title = `Threshold, growth, border and inversion of the mask${told.length ? `: ${told.join(', ')}` : ''}`;
}
function masking() {
  controls(); adopt();
  const chosen = state.mask ? state.mask.id : 'none', made = state.masks || [];
  const list = $('.masks'), listed = made.map((m) => m.id).join();
  if (list.dataset.listed !== listed) {
    list.replaceChildren(...made.map((m) => new Option(m.label, m.id)), new Option(made.length ? 'no mask' : 'no mask yet', 'none'));
    list.dataset.listed = listed;
  }
  list.value = chosen;
  list.disabled = !made.length;
  waiting(); if (state.frames) changed();
}
$('.undo').onclick = undo;
$('.clear').onclick = clear;
$('.make').onclick = make;
$('.masks').onchange = () => trigger('select', { act: 'mask', id: $('.masks').value });
named.oninput = () => { work().words = named.value; touched(); };
named.onkeydown = (event) => { if (event.key === 'Enter') make(); };
sizer.oninput = () => { $('.size output').textContent = `${sizer.value} px`; };
sizer.oninput();
$$('.tools button').forEach((b) => { b.onclick = () => { tool = b.dataset.tool; stage.dataset.tool = tool; choose('.tools button', 'tool', tool); }; });
$('.matte').onclick = () => {
  stage.dataset.shows = stage.dataset.shows === 'matte' ? 'tint' : 'matte';
  $('.matte').setAttribute('aria-pressed', stage.dataset.shows === 'matte');
};
document.addEventListener('pointerdown', (event) => { if (!event.target.closest('.shaping')) $('.shaping').open = false; });
stage.dataset.tool = tool;
stage.dataset.shows = 'tint';
