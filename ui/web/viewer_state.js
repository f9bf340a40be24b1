// What Python sends: which shot, which take, which mask, and the films of them.
function load(video, url) {
  if ((video.dataset.url || '') === url) return;
  video.dataset.url = url; video.busy = false; video.going = null;
  if (url) delete stage.dataset.shown;
  if (url) { video.src = url; } else { video.removeAttribute('src'); video.load(); }
}
function receive() {
  const before = { shot: state.shot, take: take() && take().id };
  state = props.value || {};
  if (before.shot !== state.shot) { pause(); index = 0; marks = null; say(''); }
  element.classList.toggle('loaded', !!state.frames);
  stage.style.setProperty('--ratio', state.width ? state.width / state.height : 16 / 9);
  load(src, state.frames ? state.source.url : '');
  load(out, film() ? take().copy.url : '');
  load(msk, state.mask ? state.mask.copy.url : '');
  load(ctl, take() && take().control ? take().control.copy.url : '');
  const still = take() && take().kind === 'still' ? take().copy.url : '';
  if (still && pic.getAttribute('src') !== still) pic.src = still;
  stage.classList.toggle('still', !!still);
  stage.classList.toggle('comparing', !!take() && !!take().copy.url);
  $('.render .tag').textContent = take() ? [take().kind, take().profile].filter(Boolean).join(' · ') : '';
  $('.map .tag').textContent = take() && take().control ? `map · ${take().control.label}` : '';
  if (take() && take().id !== before.take && !covers(index)) { pause(); index = take().first; }
  // What was just made is looked at, unless a hand is in the middle of a mask.
  const made = before.shot === state.shot && !!take() && take().id !== before.take;
  if ((mode() === 'map' && !(take() && take().control)) || (made && mode() === 'mask' && !work().acts.length)) { compare('wipe'); return; }
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
  $$('.bar button, .seek').forEach((b) => { b.disabled = !total; });
  $$('.modes button').forEach((b) => {
    const shows = { source: true, mask: true, map: !!take() && !!take().control }[b.dataset.mode];
    b.disabled = !total || !(shows === undefined ? take() : shows);
  });
  const listed = made.map((t) => t.id).join();
  if (takes.dataset.listed !== listed) {
    takes.replaceChildren(...(made.length ? made : [{ id: '', label: 'nothing rendered yet' }]).map((t) => new Option(t.label, t.id)));
    takes.dataset.listed = listed;
  }
  takes.disabled = !made.length;
  takes.value = take() ? take().id : '';
  marking();
  masking();
  saying();
}
receive();
watch('value', receive);
