// Reads tickets: with the camera where the browser reads codes itself, else from a picture that the server looks at.
"use strict";

const doorScan = (() => {
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const AGAIN = 4000; // milliseconds in which the same code before the camera is the same ticket
  let stream = null;
  let last = { text: "", at: 0 };

  // As outreach/registration/tickets.py reads it: any case, dashes, I, L, O for 1, 1, 0; "" where it is no ticket.
  function ticket(text) {
    const folded = text.replace(/[\s-]/g, "").toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0");
    if (folded.length !== 13 || [...folded].some((letter) => !ALPHABET.includes(letter))) return "";
    let sum = 0;
    for (let at = 0; at < 12; at += 1) sum += ALPHABET.indexOf(folded[at]) * (2 * at + 1);
    return ALPHABET[sum % 32] === folded[12] ? folded : "";
  }

  async function reads() {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
    try {
      return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
    } catch {
      return false;
    }
  }

  // Calls `found` with each text that the camera sees, until `stop`. Throws where the camera is refused.
  async function start(video, found) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    video.srcObject = stream;
    await video.play();
    const mine = stream;
    (async () => {
      while (stream === mine) {
        try {
          for (const code of await detector.detect(video)) {
            const now = performance.now();
            if (code.rawValue === last.text && now - last.at < AGAIN) {
              last.at = now;
              continue;
            }
            last = { text: code.rawValue, at: now };
            found(code.rawValue);
          }
        } catch {
          // A frame that is not there yet.
        }
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
    })();
  }

  function stop(video) {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.srcObject = null;
  }

  // A picture small enough to send, as JPEG.
  async function shrunk(file) {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  }

  // The ticket on a picture, "" where there is none; throws without a network.
  async function read(file, address) {
    let body = file;
    try {
      body = await shrunk(file);
    } catch {
      // The server says in words what it cannot read.
    }
    const answer = await fetch(address, { method: "POST", body, credentials: "omit", signal: AbortSignal.timeout(20000) });
    if (answer.status === 400 || answer.status === 413) return "";
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).ticket;
  }

  return { ticket, reads, start, stop, read };
})();
