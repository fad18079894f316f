/* drag.js - a canvas that can be dragged by mouse, pen and finger */
'use strict';

/* begin(across, down) is told where on the canvas the pointer came down. What it returns is passed
 * to move(begun, across, down), with the way from there, in CSS pixels. A finger that moves up or
 * down scrolls the page (`touch-action` in style.css). */
function onDrag(canvas, { begin, move }) {
    let held = null;
    canvas.addEventListener('pointerdown', (event) => {
        const { left, top } = canvas.getBoundingClientRect();
        const begun = begin(event.clientX - left, event.clientY - top);
        held = { x: event.clientX, y: event.clientY, begun };
        canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
        if (held) {
            move(held.begun, event.clientX - held.x, event.clientY - held.y);
        }
    });
    for (const name of ['pointerup', 'pointercancel']) {
        canvas.addEventListener(name, () => (held = null));
    }
}
