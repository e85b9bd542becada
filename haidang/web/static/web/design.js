// Shows a notice on the design page.
haidang.on("click", "[data-design-toast]", (_event, button) =>
  haidang.toast(button.textContent.trim(), button.dataset.designToast),
);
