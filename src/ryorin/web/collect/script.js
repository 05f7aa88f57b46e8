// Ryorin collector: tells your own server which pages are read. Nothing is sent to anyone else.
(function (w, d, n) {
  "use strict";
  var s = d.currentScript, o = s.dataset, to = o.to || s.src.replace(/\/r\.js.*$/, "/collect");
  var KEY = "ryv", OK = "ryc", WAIT = "ryq", store = null, last = "", asked = o.consent !== "not-required";
  try { store = w.localStorage; store.getItem(KEY); } catch (e) { store = null; }
  function get(k) { return store ? store.getItem(k) : null; }
  function set(k, v) { try { if (v === null) store.removeItem(k); else store.setItem(k, v); } catch (e) {} }
  function refused() { return n.doNotTrack === "1" || w.doNotTrack === "1" || n.globalPrivacyControl === true || get(OK) === "0"; }
  function may() { return !refused() && (!asked || get(OK) === "1"); }
  function id() {
    var t = Date.now().toString(16).padStart(12, "0"), r = new Uint8Array(10), h = "", i;
    w.crypto.getRandomValues(r);
    r[0] = (r[0] & 15) | 112; r[2] = (r[2] & 63) | 128;
    for (i = 0; i < 10; i++) h += r[i].toString(16).padStart(2, "0");
    h = t + h;
    return h.slice(0, 8) + "-" + h.slice(8, 12) + "-" + h.slice(12, 16) + "-" + h.slice(16, 20) + "-" + h.slice(20);
  }
  function visitor() { var v = get(KEY); if (!v) { v = id(); set(KEY, v); } return v; }
  function session() {
    var p = (get("rys") || "").split(" "), now = Date.now();
    if (!p[1] || now - p[1] > 18e5) p[0] = id();
    set("rys", p[0] + " " + now);
    return p[0];
  }
  function waiting() { try { return JSON.parse(get(WAIT) || "[]"); } catch (e) { return []; } }
  function flush(leaving) {
    var q = waiting(), body = JSON.stringify({ touchpoints: q });
    if (!q.length || !may()) return;
    function done() { var sent = {}; if (!may()) return; q.forEach(function (h) { sent[h.id] = 1; }); set(WAIT, JSON.stringify(waiting().filter(function (h) { return !sent[h.id]; }))); }
    if (leaving && n.sendBeacon) { if (n.sendBeacon(to, body)) done(); return; }
    w.fetch(to, { method: "POST", body: body, keepalive: true, credentials: "omit" })
      .then(function (a) { if (a.status < 500) done(); }, function () {});
  }
  function hit(kind, more) {
    if (!may()) return;
    var h = { id: id(), kind: kind, visitor: visitor(), session: session(), url: w.location.href.split("#")[0], title: d.title, language: n.language, width: w.innerWidth }, k;
    for (k in more) h[k] = more[k];
    var q = waiting(); q.push(h); set(WAIT, JSON.stringify(q.slice(-50))); flush(kind !== "page_view");
  }
  function view() {
    var url = w.location.href.split("#")[0];
    if (url === last) return;
    hit("page_view", { referrer: last || d.referrer }); last = url;
  }
  function wrap(name) { var f = w.history[name]; w.history[name] = function () { var r = f.apply(this, arguments); view(); return r; }; }
  wrap("pushState"); wrap("replaceState"); w.addEventListener("popstate", view);
  d.addEventListener("click", function (e) {
    var a = e.target.closest && e.target.closest("a[href]");
    if (!a || !/^http/.test(a.href)) return;
    if (/\.(pdf|zip|xlsx?|docx?|pptx?|csv)([?#]|$)/i.test(a.href)) hit("downloaded", { target: a.href });
    else if (a.host !== w.location.host) hit("link_clicked", { target: a.href });
  }, true);
  d.addEventListener("visibilitychange", function () { if (d.visibilityState === "hidden") flush(true); });
  w.ryorin = {
    consent: function (yes) { set(OK, yes ? "1" : "0"); if (yes) { last = ""; view(); } else { [KEY, "rys", WAIT].forEach(function (k) { set(k, null); }); } },
    visitor: function () { return may() ? visitor() : ""; }
  };
  view();
})(window, document, navigator);
