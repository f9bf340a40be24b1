// Under the picture: the marks of the next test, and a curve over the frames: what keys explain of each, or, where the
// mask is looked at, how much of each is masked. Above it, a place to drop clips on.
const curve = $('.curve canvas'), at = $('.curve .at'), offer = $('.offer');
const COLOURS = { good: '#8fbf8a', watch: '#e0bd62', fault: '#f0897a', mask: '#2fd4c7' };

// -- marks ---------------------------------------------------------------------------------------------------------

function mark(start, stop) {
  if (!state.frames) return;
  if (start === undefined) { marks = null; } else {
    const from = start !== null ? start : marks ? marks[0] : 0;
    const to = stop !== null ? stop : marks ? marks[1] : state.frames;
    // A mark beyond the other takes it along: the last click is what is meant.
    marks = from < to ? [from, to] : start !== null ? [from, state.frames] : [0, to];
  }
  trigger('select', { act: 'marks', marks });
  marking();
}
function marking() {
  const total = state.frames || 1;
  $('.marked').style.cssText = marks ? `left:${(100 * marks[0]) / total}%;width:${(100 * (marks[1] - marks[0])) / total}%` : 'display:none';
  $('.unmark').textContent = marks ? `test ${marks[0]}–${marks[1] - 1} · ${marks[1] - marks[0]} f ✕` : '';
  $('.unmark').hidden = !marks;
  $('.unmark').setAttribute('aria-label', marks ? `The next test takes frames ${marks[0]} to ${marks[1] - 1}; take the marks away` : '');
}
$('.in').onclick = () => mark(index, null);
$('.out-mark').onclick = () => mark(null, index + 1);
$('.unmark').onclick = () => mark();

// -- the curve -----------------------------------------------------------------------------------------------------

function told() {
  if (mode() === 'mask') return state.mask && { values: state.mask.coverage, first: state.mask.first, jumps: state.mask.jumps };
  const trust = take() && take().trust;
  return trust ? { values: trust.values, first: take().first, jumps: [], trust } : null;
}
function verdict(trust, value) { return value >= trust.good ? 'good' : value >= trust.poor ? 'watch' : 'fault'; }
const WORDS = { good: 'carried well', watch: 'wants a key', fault: 'not carried' };

function line() {
  const shown = told(), trust = shown && shown.trust;
  $('.curve').hidden = !shown;
  $('.says').hidden = !shown && !(take() && take().offer && mode() !== 'mask');
  if (!shown) return;
  const box = curve.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
  if (!box.width) return;
  curve.width = Math.round(box.width * ratio); curve.height = Math.round(box.height * ratio);
  const brush = curve.getContext('2d'), wide = curve.width / state.frames, gap = wide > 5 * ratio ? ratio : 0;
  const top = trust ? 1 : Math.max(0.05, ...shown.values);
  shown.values.forEach((value, n) => {
    const frame = shown.first + n, tall = Math.max(2 * ratio, (curve.height - ratio) * Math.min(1, value / top));
    brush.fillStyle = trust ? COLOURS[verdict(trust, value)] : COLOURS.mask;
    brush.globalAlpha = frame === index ? 1 : 0.62;
    brush.fillRect(frame * wide, curve.height - tall, Math.max(1, wide - gap), tall);
  });
  brush.globalAlpha = 1;
  if (trust) {
    brush.fillStyle = 'rgba(240, 239, 236, .35)';
    [trust.good, trust.poor].forEach((bound) => brush.fillRect(0, Math.round(curve.height * (1 - bound)), curve.width, ratio));
  }
  brush.fillStyle = COLOURS.fault;
  shown.jumps.forEach((frame) => { brush.fillRect(frame * wide, 0, Math.max(2 * ratio, wide - gap), 4 * ratio); });
}
function over(event) {
  const box = curve.getBoundingClientRect();
  return Math.min(state.frames - 1, Math.max(0, Math.floor((state.frames * (event.clientX - box.left)) / box.width)));
}
function reading(frame) {
  const shown = told(), value = shown && shown.values[frame - shown.first];
  if (value === undefined || value === null) return '';
  const percent = `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;
  if (shown.trust) return `frame ${frame}: ${percent} explained, ${WORDS[verdict(shown.trust, value)]}`;
  return `frame ${frame}: ${percent} masked${shown.jumps.includes(frame) ? ', the mask jumps here' : ''}`;
}
curve.onpointermove = (event) => {
  const frame = over(event);
  at.textContent = reading(frame);
  at.style.left = `${Math.min(80, Math.max(20, (100 * (frame + 0.5)) / state.frames))}%`;
};
curve.onpointerleave = () => { at.textContent = ''; };
curve.onclick = (event) => jump(over(event));
new ResizeObserver(() => { line(); draw(); }).observe(stage);

function saying() {
  const shown = told(), trust = shown && shown.trust, made = take() && take().offer, masking = mode() === 'mask';
  const mean = trust ? trust.values.reduce((sum, value) => sum + value, 0) / trust.values.length : 1;
  const kind = trust ? verdict(trust, mean) : '';
  $('.says').className = `says ${kind}`;
  $('.sign').textContent = trust ? { good: '●', watch: '◐', fault: '▲' }[kind] : '';
  $('.says .words').textContent = masking ? (state.mask ? state.mask.told : '') : trust ? trust.told : made ? made.told : '';
  jumpList(masking && state.mask ? state.mask.jumps : []);
  curve.setAttribute('aria-label', trust ? trust.told : state.mask ? state.mask.told : '');
  offer.hidden = masking || !made;
  offer.textContent = made ? made.label : '';
  offer.disabled = !made || !made.act;
}
function jumpList(frames) {
  const shown = frames.slice(0, 4), more = frames.length - shown.length;
  $('.jumps').replaceChildren(...(frames.length ? ['jumps at', ...shown.map((frame) => {
    const link = document.createElement('button');
    link.textContent = frame; link.title = `Look at frame ${frame}`; link.onclick = () => jump(frame);
    return link;
  }), ...(more > 0 ? [`and ${more} more`] : [])] : []));
}
offer.onclick = async () => {
  offer.disabled = true;
  const answer = await server.take_offer(take().offer);
  $('.says .words').textContent = answer.told;
  $('.says').classList.toggle('refused', answer.refused);
  offer.disabled = !answer.refused;
};

// -- dropped clips -------------------------------------------------------------------------------------------------

const screen = $('.screen');
const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
screen.ondragover = (event) => { if (carries(event)) { event.preventDefault(); screen.classList.add('dropping'); } };
screen.ondragleave = (event) => { if (!screen.contains(event.relatedTarget)) screen.classList.remove('dropping'); };
screen.ondrop = (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  screen.classList.remove('dropping');
  const box = document.querySelector('#say input[type=file]');
  box.files = event.dataTransfer.files;
  box.dispatchEvent(new Event('change', { bubbles: true }));
  document.querySelector('#say textarea').focus();
};
